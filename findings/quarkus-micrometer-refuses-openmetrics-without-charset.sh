#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Quarkus 3.33.2 (quarkus-micrometer-registry-prometheus) refuses OpenMetrics to a client that names no charset.
#
# Seen: /q/metrics responds to "Accept: application/openmetrics-text; version=1.0.0; charset=utf-8" with that type. Without the
# charset, or without both parameters, the response is 406 with an empty body.
# Expected: a media range without a parameter matches a type with any value of it (RFC 9110, section 12.5.1), so all three get
# the same text. The route is registered for the one exact string, with which Vert.x Web compares the parameters, too.
# Known upstream: no issue of Quarkus found (15093 is about another type).
#
# Needs Java 17, Maven, Maven Central and curl. Exits with an error if the behaviour is no longer that.
set -euo pipefail

dir=$(mktemp -d)
pid=
trap '[[ -z $pid ]] || { kill "$pid" && wait "$pid"; } || true; rm -rf "$dir"' EXIT

cat >"$dir/pom.xml" <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>demo</groupId>
  <artifactId>demo</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencyManagement>
    <dependencies>
      <dependency>
        <groupId>io.quarkus</groupId>
        <artifactId>quarkus-bom</artifactId>
        <version>3.33.2</version>
        <type>pom</type>
        <scope>import</scope>
      </dependency>
    </dependencies>
  </dependencyManagement>
  <dependencies>
    <dependency>
      <groupId>io.quarkus</groupId>
      <artifactId>quarkus-micrometer-registry-prometheus</artifactId>
    </dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin>
        <artifactId>maven-compiler-plugin</artifactId>
        <version>3.14.1</version>
      </plugin>
      <plugin>
        <groupId>io.quarkus</groupId>
        <artifactId>quarkus-maven-plugin</artifactId>
        <version>3.33.2</version>
        <extensions>true</extensions>
        <executions>
          <execution>
            <goals>
              <goal>build</goal>
            </goals>
          </execution>
        </executions>
      </plugin>
    </plugins>
  </build>
</project>
XML
mvn -q -B -f "$dir/pom.xml" package >&2

java -Dquarkus.http.host=127.0.0.1 -Dquarkus.http.port=0 -jar "$dir/target/quarkus-app/quarkus-run.jar" >"$dir/log" 2>&1 &
pid=$!
for ((i = 0; i < 120; i++)); do
  url=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$dir/log") && break
  sleep 0.5
done
[[ -n $url ]] || { cat "$dir/log" >&2; exit 1; }

ask() { # ACCEPT: prints the status and the Content-Type
  curl -sS -o /dev/null -H "Accept: $1" -w '%{http_code} [%{content_type}]\n' "$url/q/metrics"
}

type=application/openmetrics-text
out=$(ask "$type; version=1.0.0; charset=utf-8" && ask "$type; version=1.0.0" && ask "$type")
echo "$out"
[[ $out == '200 [application/openmetrics-text; version=1.0.0; charset=utf-8]
406 []
406 []' ]]

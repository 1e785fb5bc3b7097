#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Quarkus REST 3.33.2 (quarkus-rest) answers 405 without an Allow header field.
#
# Seen: GET on a resource is 200. POST on it is 405, with no Allow header field. OPTIONS on it lists the methods in
# Allow, so the server knows them.
# Expected: an origin server MUST generate an Allow header field in a 405 response (RFC 9110, section 15.5.6).
# Known upstream: no issue of Quarkus found. Vert.x Web mended the like (vert-x3/vertx-web 2293).
#
# Needs Java 17, Maven, Maven Central and curl 7.84 or newer. Exits with an error if the behaviour is no longer that.
set -euo pipefail

dir=$(mktemp -d)
pid=
trap '[[ -z $pid ]] || { kill "$pid" && wait "$pid"; } || true; rm -rf "$dir"' EXIT
mkdir -p "$dir/src/main/java"

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
      <artifactId>quarkus-rest</artifactId>
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
cat >"$dir/src/main/java/Hello.java" <<'JAVA'
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

@Path("/hello")
public class Hello {
    @GET
    public String get() {
        return "hello";
    }
}
JAVA
mvn -q -B -f "$dir/pom.xml" package >&2

java -Dquarkus.http.host=127.0.0.1 -Dquarkus.http.port=0 -jar "$dir/target/quarkus-app/quarkus-run.jar" >"$dir/log" 2>&1 &
pid=$!
for ((i = 0; i < 120; i++)); do
  url=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$dir/log") && break
  sleep 0.5
done
[[ -n $url ]] || { cat "$dir/log" >&2; exit 1; }

# Prints the method $1, its status on the resource, and the Allow header field in brackets.
ask() {
  curl -sS -o /dev/null -X "$1" -w "$1 %{http_code} [%header{allow}]\n" "$url/hello"
}

out=$(ask GET && ask POST && ask OPTIONS)
echo "$out"
[[ $out == 'GET 200 []
POST 405 []
OPTIONS 200 [HEAD, GET, OPTIONS]' ]]

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Maven Surefire 3.5.4 counts no tests in the report of a class whose tests are all in @Nested classes of JUnit 5.
#
# Seen: TEST-OuterTest.xml has three <testcase> elements, but its <testsuite> says tests="0". There is no other file.
# The text report says «Tests run: 0» too.
# Expected: tests="3". It is three if the same methods stand in the class itself, and it was meant to be three here:
# the issue below has tests="3" for Surefire 3.5.5 and calls that correct.
# Known upstream: apache/maven-surefire 3356. That has Surefire 3.5.5, where only the text report is wrong.
#
# Needs Java 17, Maven and Maven Central. Exits with an error if the behaviour is no longer that.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/src/test/java"

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
  <dependencies>
    <dependency>
      <groupId>org.junit.jupiter</groupId>
      <artifactId>junit-jupiter</artifactId>
      <version>5.13.4</version>
      <scope>test</scope>
    </dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin>
        <artifactId>maven-compiler-plugin</artifactId>
        <version>3.14.1</version>
      </plugin>
      <plugin>
        <artifactId>maven-surefire-plugin</artifactId>
        <version>3.5.4</version>
      </plugin>
    </plugins>
  </build>
</project>
XML
cat >"$dir/src/test/java/OuterTest.java" <<'JAVA'
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OuterTest {
    @Nested
    class A {
        @Test
        void one() {
        }

        @Test
        void two() {
        }
    }

    @Nested
    class B {
        @Test
        void three() {
        }
    }
}
JAVA
mvn -q -B -f "$dir/pom.xml" test >&2

cd "$dir/target/surefire-reports"
reports=$(echo TEST-*.xml)
suite=$(grep -o ' tests="[0-9]*"' TEST-OuterTest.xml)
cases=$(grep -c '<testcase ' TEST-OuterTest.xml)
text=$(grep -o 'Tests run: [0-9]*' OuterTest.txt)

printf 'files: %s\n<testsuite>:%s\n<testcase>: %s\ntext: %s\n' "$reports" "$suite" "$cases" "$text"
[[ $reports == TEST-OuterTest.xml && $suite == ' tests="0"' && $cases == 3 && $text == 'Tests run: 0' ]]

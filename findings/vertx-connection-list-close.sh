#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The HTTP/1.1 server of Vert.x 4.5.27 (vertx-core, as in the BOM of Quarkus 3.33.2) leaves the connection open when
# the request's Connection header field has «close» in a list.
#
# Seen: with «Connection: close» the response has «Connection: close» and the server closes. With «keep-alive, close»
# or «close, x» the response has no such field, and the connection still takes a second request.
# Expected: that it closes for all three. Connection is a list of options (RFC 9110, section 7.6.1), and a server that
# receives the option «close» MUST close the connection after it sends the final response (RFC 9112, section 9.6).
# Known upstream: no issue of Vert.x found. Netty mended the like in its HttpUtil.isKeepAlive (netty/netty 8924).
#
# Needs Java 17, Maven and Maven Central. Exits with an error if the behaviour is no longer that.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat >"$dir/pom.xml" <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>demo</groupId>
  <artifactId>demo</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.vertx</groupId>
      <artifactId>vertx-core</artifactId>
      <version>4.5.27</version>
    </dependency>
  </dependencies>
</project>
XML
cat >"$dir/Probe.java" <<'JAVA'
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

public class Probe {
    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx();
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> request.response().end("x"))
                .listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get();
        for (String connection : new String[] {"close", "keep-alive, close", "close, x"}) {
            try (Socket socket = new Socket("127.0.0.1", server.actualPort())) {
                socket.setSoTimeout(5_000);
                String first = ask(socket, connection);
                String then = "closed";
                try {
                    then = ask(socket, "close").startsWith("HTTP/1.1 200") ? "open" : "closed";
                } catch (SocketTimeoutException e) {
                    then = "no answer";
                } catch (IOException e) {
                    // closed
                }
                boolean said = first.toLowerCase().contains("connection: close");
                System.out.println(connection + " -> " + (said ? "says close" : "silent") + ", " + then);
            }
        }
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    /** Sends a request and reads up to the end of its response, which is «x» after an empty line. */
    private static String ask(Socket socket, String connection) throws IOException {
        String request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: " + connection + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder response = new StringBuilder();
        for (int b; response.indexOf("\r\n\r\nx") < 0 && (b = in.read()) >= 0; ) {
            response.append((char) b);
        }
        return response.toString();
    }
}
JAVA
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies \
  -DoutputDirectory="$dir/jars" >&2

out=$(java -cp "$dir/jars/*" "$dir/Probe.java" 2>"$dir/log") || { cat "$dir/log" >&2; exit 1; }
echo "$out"
[[ $out == 'close -> says close, closed
keep-alive, close -> silent, open
close, x -> silent, open' ]]

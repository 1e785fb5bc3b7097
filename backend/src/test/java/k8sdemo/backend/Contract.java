// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.restassured.RestAssured;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import java.net.URI;
import java.util.Set;

/** Asserts that the OpenAPI document has every response that a test sees: its status, its media type, and its body. */
final class Contract implements Filter {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Read once: it is the same for every test. */
    private static JsonNode document;

    @Override
    public Response filter(
            FilterableRequestSpecification request, FilterableResponseSpecification expected, FilterContext context) {
        Response actual = context.next(request, expected);
        String path = URI.create(request.getURI()).normalize().getRawPath().replaceFirst("/$", "");
        if (path.startsWith("/q/")) {
            return actual; // Quarkus' own
        }
        JsonNode operation = document()
                .path("paths")
                .path(template(path))
                .path(request.getMethod().toLowerCase());
        if (operation.isMissingNode()) {
            // no such URL, or not with this method
            assertFalse(actual.statusCode() < 400, request.getMethod() + " " + request.getURI() + " is not documented");
            return actual;
        }
        String what = request.getMethod() + " " + request.getURI() + " responds with " + actual.statusCode();
        JsonNode response = resolve(operation.path("responses").path(Integer.toString(actual.statusCode())));
        assertFalse(response.isMissingNode(), what + ", which is not documented");
        if (!response.has("content")) {
            assertEquals("", actual.asString(), what);
            return actual;
        }
        String type = actual.contentType().split(";")[0];
        JsonNode content = response.path("content").path(type);
        assertFalse(content.isMissingNode(), what + " as " + type + ", which is not documented");
        if (type.endsWith("json")) {
            assertEquals(Set.of(), violations(content.path("schema"), actual.asString()), what);
        }
        return actual;
    }

    private static JsonNode document() {
        if (document == null) {
            document = parse(RestAssured.given()
                    .accept(ContentType.JSON)
                    .get("/q/openapi")
                    .asString());
        }
        return document;
    }

    private static String template(String path) {
        if (path.equals("/greetings") || path.equals("/faults/status")) {
            return path;
        }
        return path.startsWith("/faults/") ? "/faults/{fault}" : path.lastIndexOf('/') > 0 ? "" : "/{name}";
    }

    private static JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
    }

    private static Set<?> violations(JsonNode schema, String body) {
        ObjectNode whole = schema.deepCopy();
        whole.set("components", document.get("components"));
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(whole)
                .validate(parse(body));
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }
}

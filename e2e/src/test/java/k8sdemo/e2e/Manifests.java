// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Kubernetes objects, read from YAML.
 *
 * @param objects each by its kind and name, such as {@code Service/k8s-demo-backend}
 */
record Manifests(Map<String, JsonNode> objects) {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** @return the objects of a file of the project */
    static Manifests committed(String path) {
        return parse(Command.read(path));
    }

    /** @return the objects of a folder with a kustomization, as kubectl would apply them */
    static Manifests rendered(String folder) {
        return parse(Command.output("kubectl", "kustomize", folder));
    }

    /** @return the objects of a text */
    static Manifests parse(String yaml) {
        Map<String, JsonNode> objects = new LinkedHashMap<>();
        try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            documents.forEachRemaining(
                    object -> objects.put(text(object, "/kind") + "/" + text(object, "/metadata/name"), object));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Manifests(objects);
    }

    /** @return a word or number of an object as text; empty if the object has none there */
    static String text(JsonNode object, String pointer) {
        return object.at(pointer).asText();
    }

    /** @return a number of an object; 0 if the object has none there */
    static int number(JsonNode object, String pointer) {
        return object.at(pointer).asInt();
    }

    JsonNode get(String kindAndName) {
        if (!objects.containsKey(kindAndName)) {
            throw new AssertionError("There is no " + kindAndName + ", but " + objects.keySet());
        }
        return objects.get(kindAndName);
    }

    /** @return the specification of an object that belongs to an app: backend, frontend, or backend-canary */
    JsonNode spec(String kind, String app) {
        return get(kind + "/k8s-demo-" + app).at("/spec");
    }

    /** @return what the Deployment of an app says about each pod */
    JsonNode pod(String app) {
        return spec("Deployment", app).at("/template/spec");
    }

    /** @return the container of an app */
    JsonNode container(String app) {
        return pod(app).at("/containers/0");
    }
}

// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What a test needs beyond a JDK. If it is missing, the test is skipped and says why; with {@code CI=true} it fails.
 * {@code E2E=false} leaves out the tests on a cluster even then.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Needs.Condition.class)
@interface Needs {
    /** Whether nothing may be missing. */
    boolean CI = "true".equals(System.getenv("CI"));

    Part[] value();

    /** A part of the machine, and how to tell that it is missing. */
    enum Part {
        /** Chromium: the variable CHROMIUM, which scripts/test sets, or one on PATH. */
        BROWSER {
            @Override
            String missing() {
                Path chromium = Browser.executable();
                boolean there = chromium != null && (!chromium.equals(Browser.PLAYWRIGHTS_OWN) || Browser.download());
                return there ? null : "no Chromium found: install one, or set CHROMIUM to its path";
            }
        },
        /** Node.js with npm, which runs the unit tests, the linter, and the formatter of the page. */
        NODE {
            @Override
            String missing() {
                boolean there = Command.succeeds("npm", "--version")
                        && Command.succeeds("node", "-e", "process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)");
                return there ? null : "no Node.js of version 20 or later found, with npm: install it";
            }
        },
        /** A container engine on this machine, which the docker command reaches. */
        ENGINE {
            @Override
            String missing() {
                if (!Command.succeeds("docker", "version")) {
                    return "no container engine answers to `docker version`: install and start one";
                }
                String host = Command.output("docker", "context", "inspect", "--format", "{{.Endpoints.docker.Host}}");
                return host.startsWith("unix:") || host.startsWith("npipe:")
                        ? null
                        : "the container engine is on another machine (" + host.strip() + "): unset DOCKER_HOST";
            }
        },
        /** The images of the apps: asking for them builds them. */
        IMAGES {
            @Override
            String missing() {
                if (ENGINE.missing() != null) {
                    return ENGINE.missing();
                }
                Command.Result built = Command.run(Map.of(), Duration.ofMinutes(30), "make", "images");
                boolean machineLacksSomething = built.output().contains("cannot be pulled")
                        || built.output().contains("build for the JVM: JVM=1");
                return built.status() != 0 && machineLacksSomething
                        ? "the images cannot be built here (`make images` says why; JVM=1 and BASE_IMAGE=docker://NAME may help)"
                        : null;
            }
        },
        /** The kubectl command, which renders manifests without a cluster. */
        KUBECTL {
            @Override
            String missing() {
                return Command.succeeds("kubectl", "version", "--client") ? null : "no kubectl found: install it";
            }
        },
        /** The definitions of the Gateway API, which Go downloads. */
        GATEWAY_CRDS {
            @Override
            String missing() {
                return Command.succeeds("scripts/gateway-crds")
                        ? null
                        : "the definitions of the Gateway API are not here (`scripts/gateway-crds` says why)";
            }
        },
        /** A Kubernetes cluster for tests. They take minutes, so they run only on request. */
        CLUSTER {
            @Override
            String missing() {
                return CI || "true".equals(System.getenv("E2E"))
                        ? Cluster.missing()
                        : "`make e2e` runs the tests on a cluster";
            }
        },
        /** A node that can be cut off. */
        PLUG {
            @Override
            String missing() {
                return Plug.missing();
            }
        };

        /** @return what is missing and what to do, or null if it is there */
        abstract String missing();

        /**
         * Skips the test that runs, or with {@code CI=true} fails it.
         *
         * @param missing what is missing and what to do; null if nothing is
         */
        static void require(String missing) {
            if (CI && missing != null) {
                throw new AssertionError("CI=true, and " + missing);
            }
            Assumptions.assumeTrue(missing == null, missing);
        }
    }

    /** Reads the annotation. */
    class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            List<Part> parts = AnnotationSupport.findAnnotation(context.getElement(), Needs.class)
                    .map(needs -> List.of(needs.value()))
                    .orElse(List.of());
            if (parts.contains(Part.CLUSTER) && Cluster.isLeftOut()) {
                return ConditionEvaluationResult.disabled("E2E=false leaves out the tests on a cluster");
            }
            return parts.stream()
                    .map(Part::missing)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .map(missing -> {
                        if (CI) {
                            throw new AssertionError("CI=true, and " + missing);
                        }
                        return ConditionEvaluationResult.disabled(missing);
                    })
                    .orElse(ConditionEvaluationResult.enabled("nothing is missing"));
        }
    }
}

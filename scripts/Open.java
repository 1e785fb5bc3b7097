// SPDX-License-Identifier: Apache-2.0
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Forwards connections to the pods of a Service: {@code java scripts/Open.java SERVICE:PORT ADDRESS PORT FILE KUBECTL…}. A port
 * that kubectl forwards ends with its pod, so there is one for each ready pod, and a new connection takes one that answers. A
 * pod that shuts down gets no more, and finishes those that it has. FILE holds the number of this process and the address
 * while a pod answers there. Ends when the Service is gone, or when the cluster has not answered for two minutes.
 */
final class Open {
    private static final Pattern PORT = Pattern.compile("Forwarding from 127\\.0\\.0\\.1:(\\d+) ->.*");
    private static final int PATIENCE = 2000;
    private static final long FAREWELL = TimeUnit.MINUTES.toNanos(1);
    private static final long GIVE_UP = TimeUnit.SECONDS.toNanos(Long.getLong("give-up", 120)); // less in tests

    private final String service;
    private final String podPort;
    private final List<String> kubectl;
    private final Map<String, Set<String>> slices = new ConcurrentHashMap<>();
    private final Map<String, Pod> pods = new ConcurrentHashMap<>();
    private volatile int status = 1;
    private final AtomicInteger turn = new AtomicInteger();

    private Open(String service, String podPort, List<String> kubectl) {
        this.service = service;
        this.podPort = podPort;
        this.kubectl = kubectl;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        ServerSocket server = new ServerSocket();
        try {
            server.bind(new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2])), 500);
        } catch (IOException e) {
            System.err.println("Cannot listen on " + arguments[1] + ":" + arguments[2] + ": " + e.getMessage());
            System.exit(1);
        }
        Path file = Path.of(arguments[3]);
        String[] target = arguments[0].split(":");
        Open open = new Open(target[0], target[1], Arrays.asList(arguments).subList(4, arguments.length));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            file.toFile().delete();
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
            Runtime.getRuntime().halt(open.status); // Ctrl-C is how this ends, and no error
        }));
        start(open::watch);
        start(() -> open.accept(server));
        long heard = System.nanoTime();
        for (boolean told = false; ; Thread.sleep(200)) {
            if (!open.answering().isEmpty()) {
                heard = System.nanoTime();
                if (!told) {
                    String address = "http://localhost:" + server.getLocalPort();
                    Path part = Path.of(file + ".part"); // so that nobody reads a file that is not whole
                    Files.writeString(part, ProcessHandle.current().pid() + " " + address + "\n");
                    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
                    System.out.println("The page: " + address + "   (until Ctrl-C, or until the apps are gone)");
                    told = true;
                    open.status = 0;
                }
                continue;
            }
            String name = open.askForService();
            if (name != null && name.isBlank()) {
                System.err.println(open.service + " is not in the cluster anymore.");
                System.exit(open.status);
            } else if (name != null && told) {
                heard = System.nanoTime(); // it may have no pods for a while
            } else if (System.nanoTime() - heard > GIVE_UP) {
                System.err.println(told ? "The cluster does not answer." : "No pod of " + open.service + " answers.");
                System.exit(open.status);
            }
        }
    }

    private interface Action {
        void run() throws IOException, InterruptedException;
    }

    private static Thread start(Action action) {
        Thread thread = new Thread(() -> {
            try {
                action.run();
            } catch (IOException e) {
                // a connection broke, which both ends notice
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private Process kubectl(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(kubectl);
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** @return its name; blank if it is gone, and null if the cluster does not answer */
    private String askForService() throws InterruptedException {
        try {
            Process get = kubectl("get", "service", service, "--ignore-not-found", "--request-timeout=10s", "-o", "name");
            String name = new String(get.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return get.waitFor() == 0 ? name : null;
        } catch (IOException e) {
            return null;
        }
    }

    // --- The pods ---------------------------------------------------------------------------------------------------

    /** Follows which pods are ready. */
    private void watch() throws InterruptedException {
        for (; ; Thread.sleep(1000)) {
            String format = "jsonpath={.metadata.name}{range .endpoints[?(@.conditions.ready==true)]} {.targetRef.name}{end}{\"\\n\"}";
            String selector = "kubernetes.io/service-name=" + service;
            boolean first = true;
            try (BufferedReader lines = kubectl("get", "endpointslices", "--selector", selector, "--watch", "-o", format)
                    .inputReader()) {
                for (String line; (line = lines.readLine()) != null; first = false) {
                    if (first) {
                        slices.clear();
                    }
                    List<String> words = List.of(line.split(" "));
                    slices.put(words.get(0), Set.copyOf(words.subList(1, words.size())));
                    slices.values().forEach(ready -> ready.forEach(this::forward));
                }
            } catch (IOException e) {
                // such as too many open files: those that end make room
            }
        }
    }

    private boolean isReady(String pod) {
        return slices.values().stream().anyMatch(ready -> ready.contains(pod));
    }

    private final class Pod {
        private volatile int port;
        private volatile boolean answers;
    }

    /** Forwards a port to a pod as long as it is ready. */
    private void forward(String name) {
        pods.computeIfAbsent(name, added -> {
            Pod pod = new Pod();
            start(() -> {
                for (; isReady(name); Thread.sleep(500)) {
                    try {
                        forward(name, pod);
                    } catch (IOException e) {
                        // as in watch
                    }
                    pod.port = 0;
                    pod.answers = false;
                }
                pods.remove(name);
                if (isReady(name)) { // again, in the meantime
                    forward(name);
                }
            });
            return pod;
        });
    }

    /** Forwards a port to a pod, and returns when that has ended. */
    private void forward(String name, Pod pod) throws IOException {
        Process forward = kubectl("port-forward", "--address", "127.0.0.1", "pod/" + name, ":" + podPort);
        start(() -> check(name, pod, forward));
        try (BufferedReader lines = forward.inputReader()) {
            for (String line; (line = lines.readLine()) != null; ) {
                Matcher matcher = PORT.matcher(line);
                if (matcher.matches()) {
                    pod.port = Integer.parseInt(matcher.group(1));
                }
            }
        }
    }

    /**
     * Asks once a second: a pod of a dead node counts as ready for most of a minute, and its connections hang. A pod that is
     * not ready gets a minute to finish what it has begun, or to become ready again.
     */
    private void check(String name, Pod pod, Process forward) throws InterruptedException {
        for (long ready = System.nanoTime(); System.nanoTime() - ready < FAREWELL; Thread.sleep(pod.answers ? 1000 : 100)) {
            if (!forward.isAlive()) {
                return;
            }
            if (isReady(name)) {
                ready = System.nanoTime();
                pod.answers = pod.port != 0 && answers(pod.port);
            }
        }
        forward.destroy();
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE);
            socket.setSoTimeout(PATIENCE);
            socket.getOutputStream()
                    .write("GET /q/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII).endsWith(" 200");
        } catch (IOException e) {
            return false;
        }
    }

    private List<Pod> answering() {
        return pods.entrySet().stream()
                .filter(pod -> pod.getValue().answers && isReady(pod.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    // --- The connections --------------------------------------------------------------------------------------------

    private void accept(ServerSocket server) throws InterruptedException {
        while (true) {
            try {
                Socket client = server.accept();
                start(() -> connect(client));
            } catch (IOException e) {
                Thread.sleep(100); // such as too many open files: those that end make room
            }
        }
    }

    private void connect(Socket client) throws IOException, InterruptedException {
        try (client) {
            for (int tries = 0; tries < 100; tries++, Thread.sleep(50)) {
                List<Pod> pods = answering();
                if (!pods.isEmpty()) {
                    int port = pods.get(Math.floorMod(turn.getAndIncrement(), pods.size())).port;
                    try (Socket pod = new Socket()) {
                        try {
                            pod.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE);
                        } catch (IOException e) {
                            continue; // this forward has just ended
                        }
                        Thread answer = start(() -> copy(pod, client));
                        copy(client, pod);
                        answer.join();
                        return;
                    }
                }
            }
        }
    }

    /** Copies until the end, which it passes on; if a connection breaks, both do. */
    private static void copy(Socket from, Socket to) throws IOException {
        try {
            from.setTcpNoDelay(true);
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            from.close();
            to.close();
        }
    }
}

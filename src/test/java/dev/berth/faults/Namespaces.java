package dev.berth.faults;

import dev.berth.testing.Platform.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network of its own for each node, around a router: what the router drops is lost as on a broken link, without a word
 * to anybody. Needs root.
 */
final class Namespaces implements AutoCloseable {
    /** Of 256: how many packets are lost when some are, about 5 %. */
    private static final int LOST_OF_256 = 13;

    private static final int NETWORKS = 50;
    private static final int FIRST_NETWORK = 180;

    private final String name = "bf" + ProcessHandle.current().pid();
    private final String network =
            "10." + (FIRST_NETWORK + ProcessHandle.current().pid() % NETWORKS) + ".";
    private final int nodes;
    private final List<String> blocked = new ArrayList<>();
    private boolean loses;

    Namespaces(int nodes) {
        this.nodes = nodes;
        removeLeftBehind();
        String router = name + "r";
        ip("netns add " + router);
        ip("link add " + router + "0 type veth peer name home netns " + router);
        ip("addr add " + host() + "/24 dev " + router + "0");
        ip("link set " + router + "0 up");
        ip("-n " + router + " addr add " + network + "0.2/24 dev home");
        ip("-n " + router + " link set home up");
        ip("-n " + router + " link set lo up");
        ip("route add " + network + "0.0/16 via " + network + "0.2");
        ip("netns exec " + router + " sh -c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
        for (int node = 0; node < nodes; node++) {
            String space = name + "n" + node;
            ip("netns add " + space);
            ip("link add " + link(node) + " netns " + router + " type veth peer name eth0 netns " + space);
            ip("-n " + router + " addr add " + network + (node + 1) + ".1/24 dev " + link(node));
            ip("-n " + router + " link set " + link(node) + " up");
            ip("-n " + space + " addr add " + address(node) + "/24 dev eth0");
            ip("-n " + space + " link set eth0 up");
            ip("-n " + space + " link set lo up");
            ip("-n " + space + " route add default via " + network + (node + 1) + ".1");
        }
    }

    /** Of runs that were killed. */
    private static void removeLeftBehind() {
        for (String line : Shell.run("ip", "netns", "list").split("\n", -1)) {
            String space = line.split(" ", -1)[0];
            if (space.matches("bf[0-9]+[rn][0-9]?")
                    && ProcessHandle.of(Long.parseLong(space.replaceAll("^bf([0-9]+).*$", "$1")))
                            .isEmpty()) {
                Shell.works("ip", "netns", "del", space);
            }
        }
    }

    /** Why there can be none here. */
    static Optional<String> missing() {
        if (!Shell.isRoot()) {
            return Optional.of("needs root");
        }
        String probe = "bfprobe" + ProcessHandle.current().pid();
        boolean works = Shell.works("ip", "netns", "add", probe)
                && Shell.works("ip", "-n", probe, "link", "add", "p0", "type", "veth", "peer", "name", "p1")
                && Shell.works("ip", "-n", probe, "rule", "add", "from", "10.9.9.9", "blackhole");
        Shell.works("ip", "netns", "del", probe);
        return works ? Optional.empty() : Optional.of("needs network namespaces, veth and ip rules");
    }

    /** By which the nodes reach this machine. */
    String host() {
        return network + "0.1";
    }

    List<Place> places() {
        List<Place> places = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            places.add(new Place(List.of("ip", "netns", "exec", name + "n" + node), address(node)));
        }
        return places;
    }

    /** From now on nothing that one node sends comes to the other. */
    void block(int from, int to) {
        String rule = "from " + address(from) + " to " + address(to) + " blackhole";
        ip("-n " + name + "r rule add " + rule);
        blocked.add(rule);
    }

    /** From now on about 5 % of what nodes send each other is lost. */
    void lose() {
        loses = true;
        for (int node = 0; node < nodes; node++) {
            run("tc -n " + name + "r qdisc add dev " + link(node) + " clsact");
            // Load a random number, keep its lowest byte, and shoot the packet when that is small.
            String[] command = ("tc -n " + name + "r filter add dev " + link(node)
                            + " egress bpf direct-action bytecode")
                    .split(" ", -1);
            List<String> all = new ArrayList<>(List.of(command));
            all.add("5,32 0 0 4294963256,84 0 0 255,53 1 0 " + LOST_OF_256 + ",6 0 0 2,6 0 0 0");
            Shell.run(all.toArray(String[]::new));
        }
    }

    /** All comes through again. */
    void heal() {
        blocked.forEach(rule -> ip("-n " + name + "r rule del " + rule));
        blocked.clear();
        if (loses) {
            loses = false;
            for (int node = 0; node < nodes; node++) {
                run("tc -n " + name + "r qdisc del dev " + link(node) + " clsact");
            }
        }
    }

    private String link(int node) {
        return name + "l" + node;
    }

    private String address(int node) {
        return network + (node + 1) + ".2";
    }

    private static void ip(String arguments, String... last) {
        List<String> command = new ArrayList<>(List.of(("ip " + arguments).split(" ", -1)));
        command.addAll(List.of(last));
        Shell.run(command.toArray(String[]::new));
    }

    private static void run(String command) {
        Shell.run(command.split(" ", -1));
    }

    @Override
    public void close() {
        Shell.works("ip", "route", "del", network + "0.0/16");
        Shell.works("ip", "link", "del", name + "r0");
        for (int node = 0; node < nodes; node++) {
            Shell.works("ip", "netns", "del", name + "n" + node);
        }
        Shell.works("ip", "netns", "del", name + "r");
    }
}

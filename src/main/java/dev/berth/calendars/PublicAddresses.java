package dev.berth.calendars;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Which addresses belong to the public internet. Whatever has another purpose is none: a host could else let Berth ask its
 * own network, or the one of its cloud.
 */
final class PublicAddresses {
    private PublicAddresses() {}

    static boolean isPublic(InetAddress address) {
        return address instanceof Inet4Address v4 ? isPublic(v4) : address instanceof Inet6Address v6 && isPublic(v6);
    }

    private static boolean isPublic(Inet4Address address) {
        byte[] bytes = address.getAddress();
        int a = bytes[0] & 0xff;
        int b = bytes[1] & 0xff;
        int c = bytes[2] & 0xff;
        return switch (a) {
            case 0, 10, 127 -> false;
            // Shared between a provider and its customers (RFC 6598).
            case 100 -> b < 64 || b > 127;
            // Link-local, where clouds answer who they are.
            case 169 -> b != 254;
            case 172 -> b < 16 || b > 31;
            // Special purposes, documentation, relays that are no more, private.
            case 192 -> !(b == 0 && (c == 0 || c == 2)) && !(b == 88 && c == 99) && b != 168;
            // Benchmarks, documentation.
            case 198 -> b != 18 && b != 19 && !(b == 51 && c == 100);
            case 203 -> !(b == 0 && c == 113);
            // Above: multicast, reserved, broadcast.
            default -> a < 224;
        };
    }

    /** Only global unicast (2000::/3), and of that nothing that leads to an IPv4 address in disguise. */
    private static boolean isPublic(Inet6Address address) {
        byte[] bytes = address.getAddress();
        int first = (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
        int second = (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
        if ((first & 0xe000) != 0x2000) {
            return false;
        }
        // Teredo, benchmarks and other special purposes (2001::/23), documentation, 6to4.
        boolean special = first == 0x2001 && (second < 0x0200 || second == 0x0db8);
        boolean documentation = first == 0x3fff && second < 0x1000;
        return !special && !documentation && first != 0x2002;
    }
}

package storage.dispersive.vnet.protocol;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The named values of a message. Values are printable ASCII; those that nobody asks for are
 * ignored, so that a newer peer may say more. For one thread at a time.
 */
final class Fields {

    static final int MAX_FIELDS = 32;
    static final int MAX_VALUE_CHARS = 512;

    private static final int MAX_PORT = 0xFFFF;

    private final Map<String, String> values;

    private Fields(Map<String, String> values) {
        this.values = values;
    }

    static Fields none() {
        return new Fields(new TreeMap<>());
    }

    Map<String, String> values() {
        return values;
    }

    /** Adds what the other end has sent. */
    void read(String key, String value) throws ProtocolException {
        if (values.size() >= MAX_FIELDS || values.put(key, value) != null) {
            throw new ProtocolException("too many fields, or one of them twice");
        }
    }

    Fields put(String key, Object value) {
        String text = printable(value.toString());
        values.put(key, text);
        return this;
    }

    /** An address and a port, with brackets around the address if it is of IPv6. */
    Fields put(String key, InetSocketAddress address) {
        return put(key, AddressText.of(address));
    }

    private static String printable(String text) {
        String cut = text.length() <= MAX_VALUE_CHARS ? text : text.substring(0, MAX_VALUE_CHARS);
        return cut.replaceAll("[^ -~]", "?").strip();
    }

    String text(String key) throws ProtocolException {
        String value = values.get(key);
        if (value == null) {
            throw new ProtocolException("the field '" + key + "' is missing");
        }
        return value;
    }

    Optional<String> optional(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** A value that {@code parser} understands, which complains as parsers do. */
    <T> T parsed(String key, Function<String, T> parser) throws ProtocolException {
        String value = text(key);
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("the field '" + key + "' cannot be: " + e.getMessage());
        }
    }

    int integer(String key) throws ProtocolException {
        return parsed(key, Integer::parseInt);
    }

    long count(String key) throws ProtocolException {
        long value = parsed(key, Long::parseLong);
        if (value < 0) {
            throw new ProtocolException("the field '" + key + "' is less than nothing");
        }
        return value;
    }

    InetSocketAddress address(String key) throws ProtocolException {
        return parsed(key, AddressText::parse);
    }

    /** Addresses as text. Names are never looked up. */
    private static final class AddressText {

        private AddressText() {}

        static String of(InetSocketAddress address) {
            InetAddress host = address.getAddress();
            String text = host.getHostAddress();
            return (host.getAddress().length > 4 ? "[" + text + "]" : text)
                    + ":"
                    + address.getPort();
        }

        static InetSocketAddress parse(String text) {
            int colon = text.lastIndexOf(':');
            if (colon < 0) {
                throw new IllegalArgumentException("no port");
            }
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port < 1 || port > MAX_PORT) {
                throw new IllegalArgumentException("no such port");
            }
            String host = text.substring(0, colon);
            try {
                return new InetSocketAddress(InetAddress.ofLiteral(host), port);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("not an address", e);
            }
        }
    }
}

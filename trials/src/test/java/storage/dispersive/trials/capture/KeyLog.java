package storage.dispersive.trials.capture;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Secrets of connections, as {@code SSLKEYLOGFILE} has them: label, client random, secret. */
public final class KeyLog {

    private final Map<String, byte[]> secrets = new HashMap<>();

    public KeyLog(List<String> lines) {
        for (String line : lines) {
            int last = line.lastIndexOf(' ');
            secrets.put(line.substring(0, last), HexFormat.of().parseHex(line.substring(last + 1)));
        }
    }

    byte[] secret(String label, byte[] clientRandom) {
        String name = label + " " + HexFormat.of().formatHex(clientRandom);
        byte[] secret = secrets.get(name);
        if (secret == null) {
            throw new IllegalArgumentException("the log has no " + name);
        }
        return secret;
    }
}

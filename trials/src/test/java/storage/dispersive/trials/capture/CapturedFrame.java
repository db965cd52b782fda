package storage.dispersive.trials.capture;

/**
 * A frame that came in at a port of a bridge.
 *
 * @param port its name
 * @param bytes from the Ethernet header on
 */
@SuppressWarnings("ArrayRecordComponent") // never changed, never compared
public record CapturedFrame(String port, byte[] bytes) {}

package storage.dispersive.blockdevice.nbd.client;

import storage.dispersive.blockdevice.nbd.protocol.NbdWire;

/**
 * What a server says of an export.
 *
 * @param transmissionFlags "Transmission flags"
 * @param maxPayloadBytes of one read or write
 */
public record ExportInfo(
        long sizeBytes, int transmissionFlags, int minBlockBytes, int maxPayloadBytes) {

    public ExportInfo {
        if (sizeBytes < 0
                || (transmissionFlags & NbdWire.HAS_FLAGS) == 0
                || minBlockBytes < 1
                || Integer.bitCount(minBlockBytes) != 1
                || maxPayloadBytes < minBlockBytes) {
            throw new IllegalArgumentException("a server that contradicts itself");
        }
    }
}

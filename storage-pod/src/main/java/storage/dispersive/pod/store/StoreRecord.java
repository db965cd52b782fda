package storage.dispersive.pod.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import storage.dispersive.portion.Incarnation;

/** The file that makes a directory a store: whose it is, and which life of the disk this is. */
record StoreRecord(PodIdentity pod, Incarnation incarnation) {

    static final String NAME = "store";
    private static final int MAGIC = 0x44505354;

    ByteBuf encode() {
        byte[] name = pod.name().getBytes(StandardCharsets.US_ASCII);
        ByteBuf body = Unpooled.buffer(10 + name.length);
        body.writeLong(incarnation.value()).writeShort(name.length).writeBytes(name);
        return Envelope.seal(MAGIC, body);
    }

    static StoreRecord decode(ByteBuf in)
            throws Envelope.DamagedException, Envelope.FutureFormatException {
        ByteBuf body = Envelope.open(MAGIC, in);
        try {
            Incarnation incarnation = new Incarnation(body.readLong());
            int length = body.readUnsignedShort();
            String name = body.readCharSequence(length, StandardCharsets.US_ASCII).toString();
            return new StoreRecord(new PodIdentity(name), incarnation);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new Envelope.DamagedException("says what cannot be: " + e.getMessage());
        }
    }
}

package storage.dispersive.pod.rehearsal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.Extent;
import storage.dispersive.portion.History;
import storage.dispersive.portion.Holder;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.StripeFormat;
import storage.dispersive.portion.StripeHeader;
import storage.dispersive.portion.StripeKind;
import storage.dispersive.portion.VolumeId;

/**
 * Portions of a 1+1 volume as its engine would send them to the store in slot 0, but with noise for
 * sealed blocks and zeros for the MAC, which a pod cannot check.
 */
public record Portions(VolumeId volume, Incarnation incarnation) {

    public static final Code CODE = new Code(1, 1);

    /** What differs from one to the next. */
    public record Spec(Epoch epoch, RunId run, long seq, int attempt, long segment, int blocks) {}

    /** A data portion whose bytes follow from {@code seed}. */
    public ByteBuf data(Spec spec, long seed) {
        StripeHeader stripe =
                new StripeHeader(
                        volume,
                        spec.epoch(),
                        spec.run(),
                        spec.seq(),
                        spec.attempt(),
                        StripeKind.DATA,
                        CODE,
                        0,
                        spec.seq() == 1 ? 2 : 1,
                        spec.segment(),
                        spec.run(),
                        List.of(new Holder(0, incarnation), new Holder(1, incarnation)),
                        spec.blocks() == 0
                                ? List.of(new Extent.Zeroed(0, 1))
                                : List.of(new Extent.Written(0, spec.blocks())),
                        List.of(),
                        History.NONE);
        return encode(stripe, payload(seed, spec.blocks()));
    }

    /** The sealed blocks of a data portion. */
    public static byte[] payload(long seed, int blocks) {
        byte[] payload = new byte[blocks * PortionFormat.UNIT_BYTES];
        new Random(seed).nextBytes(payload);
        return payload;
    }

    /** A start record. */
    public ByteBuf start(Epoch epoch, RunId run, long segment) {
        StripeHeader stripe =
                new StripeHeader(
                        volume,
                        epoch,
                        run,
                        1,
                        0,
                        StripeKind.START,
                        CODE,
                        0,
                        1,
                        segment,
                        run,
                        List.of(new Holder(0, incarnation), new Holder(1, incarnation)),
                        List.of(),
                        List.of(),
                        History.NONE);
        return encode(stripe, new byte[0]);
    }

    private static ByteBuf encode(StripeHeader stripe, byte[] payload) {
        ByteBuf part = Unpooled.buffer();
        StripeFormat.write(part, stripe);
        part.writeZero(PortionFormat.MAC_BYTES);
        byte[] partBytes = new byte[part.readableBytes()];
        part.readBytes(partBytes);
        int[] sums = new int[payload.length / PortionFormat.UNIT_BYTES];
        for (int unit = 0; unit < sums.length; unit++) {
            CRC32C crc = new CRC32C();
            crc.update(payload, unit * PortionFormat.UNIT_BYTES, PortionFormat.UNIT_BYTES);
            sums[unit] = (int) crc.getValue();
        }
        ByteBuf out = Unpooled.directBuffer();
        PortionFormat.writeHeader(out, partBytes, 0, sums);
        return out.writeBytes(payload);
    }
}

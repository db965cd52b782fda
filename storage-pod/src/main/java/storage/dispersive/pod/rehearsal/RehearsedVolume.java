package storage.dispersive.pod.rehearsal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
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
import storage.dispersive.portion.PortionKey;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.StripeFormat;
import storage.dispersive.portion.StripeHeader;
import storage.dispersive.portion.StripeKind;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;

/**
 * The first portions of a 1+1 volume as its engine would send them, but with noise for sealed
 * blocks and zeros for the MAC, which a pod cannot check.
 */
public record RehearsedVolume(PodCaller caller, VolumeId volume, Incarnation incarnation) {

    private static final Code CODE = new Code(1, 1);
    private static final Epoch EPOCH = new Epoch(1, 1);
    private static final RunId RUN = new RunId(1, 1);
    private static final long START_SEQ = 1;

    /** Founds the volume, or finds it there, and fences it. */
    public static RehearsedVolume open(PodCaller caller, VolumeId volume)
            throws IOException, InterruptedException {
        PodReply founded = caller.ask(new PodRequest.Found(volume, 0, CODE));
        if (!(founded instanceof PodReply.Founded(Incarnation incarnation))) {
            throw new IOException("not founded: " + founded);
        }
        PodReply fenced = caller.ask(new PodRequest.Fence(volume, incarnation, EPOCH, RUN));
        if (!(fenced instanceof PodReply.Fenced)) {
            throw new IOException("not fenced: " + fenced);
        }
        return new RehearsedVolume(caller, volume, incarnation);
    }

    /** Appends a stripe's portion; stripe 1 is the start record, so use 2 and more. */
    public PodReply append(long seq, int blocks) throws IOException, InterruptedException {
        return caller.ask(new PodRequest.Append(volume, incarnation, portion(seq, blocks)));
    }

    public PodReply read(long seq, int blocks) throws IOException, InterruptedException {
        PortionKey key = new PortionKey(EPOCH, seq, 0, 0);
        return caller.ask(new PodRequest.ReadUnits(volume, incarnation, EPOCH, key, 0, blocks));
    }

    public PodReply list() throws IOException, InterruptedException {
        return caller.ask(
                new PodRequest.ListHeaders(
                        volume, incarnation, EPOCH, 0, PodRequest.MAX_LIST_BYTES));
    }

    private ByteBuf portion(long seq, int blocks) {
        StripeHeader stripe =
                new StripeHeader(
                        volume,
                        EPOCH,
                        RUN,
                        seq,
                        0,
                        StripeKind.DATA,
                        CODE,
                        seq - 1,
                        START_SEQ,
                        0,
                        RUN,
                        List.of(new Holder(0, incarnation), new Holder(1, incarnation)),
                        List.of(new Extent.Written(0, blocks)),
                        List.of(),
                        History.NONE);
        ByteBuf part = Unpooled.buffer();
        StripeFormat.write(part, stripe);
        part.writeZero(PortionFormat.MAC_BYTES);
        byte[] partBytes = new byte[part.readableBytes()];
        part.readBytes(partBytes);
        byte[] payload = new byte[blocks * PortionFormat.UNIT_BYTES];
        new Random(seq).nextBytes(payload);
        int[] sums = new int[blocks];
        for (int unit = 0; unit < blocks; unit++) {
            CRC32C crc = new CRC32C();
            crc.update(payload, unit * PortionFormat.UNIT_BYTES, PortionFormat.UNIT_BYTES);
            sums[unit] = (int) crc.getValue();
        }
        ByteBuf out = Unpooled.buffer(PortionFormat.MAX_HEADER_BYTES + payload.length);
        PortionFormat.writeHeader(out, partBytes, 0, sums);
        return out.writeBytes(payload);
    }
}

package storage.dispersive.pod.rehearsal;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.PortionKey;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;

/** A volume of {@link Portions} on one pod. */
public record RehearsedVolume(PodCaller caller, VolumeId volume, Incarnation incarnation) {

    private static final Epoch EPOCH = new Epoch(1, 1);
    private static final RunId RUN = new RunId(1, 1);

    /** Founds the volume, or finds it there, and fences it. */
    public static RehearsedVolume open(PodCaller caller, VolumeId volume)
            throws IOException, InterruptedException {
        PodReply founded = caller.ask(new PodRequest.Found(volume, 0, Portions.CODE));
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
        Portions.Spec spec = new Portions.Spec(EPOCH, RUN, seq, 0, 0, blocks);
        ByteBuf portion = new Portions(volume, incarnation).data(spec, seq);
        return caller.ask(new PodRequest.Append(volume, incarnation, portion));
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
}

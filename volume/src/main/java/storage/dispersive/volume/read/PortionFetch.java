package storage.dispersive.volume.read;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import storage.dispersive.portion.Holder;
import storage.dispersive.volume.map.Placement;
import storage.dispersive.volume.pods.PodLink;
import storage.dispersive.volume.pods.Pods;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodSession.ReplyListener;

/** Fetches one range of units of one portion, and tells a full answer from everything else. */
final class PortionFetch implements ReplyListener {

    /** Hears the end of a fetch, once. */
    interface Listener {
        /** The units; valid during the call. */
        void fetched(int index, ByteBuf units);

        void failed(int index);
    }

    private final PodLink link;
    private final int index;
    private final int bytes;
    private final Listener listener;

    private PortionFetch(PodLink link, int index, int bytes, Listener listener) {
        this.link = link;
        this.index = index;
        this.bytes = bytes;
        this.listener = listener;
    }

    /** The link to the store that holds a portion, if it can be read from now. */
    static @Nullable PodLink readable(Pods pods, Placement placement, int index) {
        Holder holder = placement.holders().get(index);
        PodLink link = pods.link(holder.slot());
        boolean sameLife = link.member().incarnation().equals(holder.incarnation());
        return sameLife && link.canRead() ? link : null;
    }

    /** Starts a fetch of units of portion {@code index} of the run's stripe. */
    static void start(PodLink link, UnitRun run, int index, int units, Listener listener) {
        int bytes = units * (run.bytes() / run.units());
        link.read(
                run.stripe().placement().key(run.stripe().seq(), index),
                run.firstUnit(),
                units,
                new PortionFetch(link, index, bytes, listener));
    }

    @Override
    public void answered(PodReply reply) {
        if (reply instanceof PodReply.Units(ByteBuf units) && units.readableBytes() == bytes) {
            listener.fetched(index, units);
            return;
        }
        if (reply instanceof PodReply.Refused refused) {
            switch (refused.refusal()) {
                case FENCED -> link.refusedEpoch(refused);
                case OTHER_INCARNATION, UNKNOWN_VOLUME -> link.reconnect();
                case NOT_FOUND, CORRUPT, CONFLICT, NO_SPACE, STORE_CLOSED, INVALID, BUSY -> {
                    // Another portion makes up for it.
                }
            }
        }
        listener.failed(index);
    }

    @Override
    public void lost() {
        listener.failed(index);
    }
}

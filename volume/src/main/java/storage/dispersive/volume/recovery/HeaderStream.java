package storage.dispersive.volume.recovery;

import io.netty.buffer.ByteBuf;
import java.lang.foreign.MemorySegment;
import storage.dispersive.portion.MalformedPortionException;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.PortionHeader;
import storage.dispersive.portion.StripeHeader;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.seal.HeaderMac;
import storage.dispersive.volume.keys.RunKeys;
import storage.dispersive.volume.pods.PodLink;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodReply.Damage;
import storage.dispersive.wire.PodSession.ReplyListener;

/**
 * The headers that one pod lists, page by page, each checked with the key of the run that sent it.
 * Used on the loop's thread only.
 */
final class HeaderStream implements ReplyListener {

    static final int PAGE_BYTES = 256 << 10;

    /** Hears of one stream; nothing after {@link #end} or {@link #broken}. */
    interface Listener {
        void header(HeaderStream stream, PortionHeader header);

        /** All headers of a page were heard; {@link HeaderStream#next} asks for more. */
        void pageEnd(HeaderStream stream);

        void end(HeaderStream stream);

        /** The pod went away, or what it said makes no sense. */
        void broken(HeaderStream stream, String why);
    }

    private final PodLink link;
    private final VolumeId volume;
    private final RunKeys keys;
    private final Listener listener;
    private long cursor;
    private Damage damage = Damage.NONE;

    HeaderStream(PodLink link, VolumeId volume, RunKeys keys, Listener listener) {
        this.link = link;
        this.volume = volume;
        this.keys = keys;
        this.listener = listener;
    }

    PodLink link() {
        return link;
    }

    /** Whether the pod, or this check of its headers, found that something is missing. */
    Damage damage() {
        return damage;
    }

    /** Asks for the next page. */
    void next() {
        if (!link.isUp()) {
            listener.broken(this, "the pod went away");
            return;
        }
        link.list(cursor, PAGE_BYTES, this);
    }

    @Override
    public void answered(PodReply reply) {
        if (reply instanceof PodReply.Headers(ByteBuf headers, long nextCursor, Damage found)) {
            if (found == Damage.SOME) {
                damage = Damage.SOME;
            }
            read(headers);
            if (nextCursor == PodReply.Headers.END) {
                listener.end(this);
            } else if (nextCursor <= cursor) {
                listener.broken(this, "the pod's list does not go on");
            } else {
                cursor = nextCursor;
                listener.pageEnd(this);
            }
            return;
        }
        if (reply instanceof PodReply.Refused refused) {
            listener.broken(this, refused.refusal() + ": " + refused.detail());
        } else {
            listener.broken(this, "the pod answered something else");
        }
    }

    @Override
    public void lost() {
        listener.broken(this, "the connection ended");
    }

    private void read(ByteBuf headers) {
        while (headers.isReadable()) {
            int start = headers.readerIndex();
            try {
                ByteBuf whole = headers.slice(start, headers.readableBytes());
                PortionHeader header = PortionFormat.readHeader(headers);
                if (isOfThisStore(header) && isAuthentic(whole, header)) {
                    listener.header(this, header);
                } else {
                    damage = Damage.SOME;
                }
            } catch (MalformedPortionException e) {
                // What follows cannot be found any more; the store does not answer for it.
                damage = Damage.SOME;
                return;
            }
        }
    }

    private boolean isOfThisStore(PortionHeader header) {
        StripeHeader stripe = header.stripe();
        return stripe.volume().equals(volume)
                && stripe.holder(header.index()).equals(link.holder());
    }

    private boolean isAuthentic(ByteBuf whole, PortionHeader header) {
        ByteBuf part = PortionFormat.stripePart(whole);
        HeaderMac mac = keys.of(header.stripe().sender()).headerMac();
        MemorySegment bytes = MemorySegment.ofBuffer(part.nioBuffer());
        MemorySegment given = MemorySegment.ofArray(header.mac());
        return mac.verify(bytes, 0, bytes.byteSize(), given, 0);
    }
}

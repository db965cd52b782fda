package storage.dispersive.blockdevice.nbd;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.blockdevice.nbd.protocol.NbdCommand;
import storage.dispersive.blockdevice.nbd.protocol.NbdErrno;
import storage.dispersive.blockdevice.nbd.protocol.NbdProtocolException;
import storage.dispersive.blockdevice.nbd.protocol.NbdWire;
import storage.dispersive.blockdevice.nbd.protocol.SocketInput;
import storage.dispersive.disk.DiskError;
import storage.dispersive.disk.VirtualDisk;

/**
 * Reads a connection's requests and passes them to the disk ("Transmission"). A completed write is
 * durable, so FUA asks for nothing more; a trim reads as zeros afterwards.
 *
 * <p>Thread contract: the connection's reader. It never waits for the disk, except for a place or a
 * buffer within the connection's limits.
 */
final class Transmission {

    /** A refused write's payload is read and dropped up to this length; longer ones hang up. */
    private static final long MAX_DRAIN_BYTES = 64L << 20;

    private static final Logger log = LoggerFactory.getLogger(Transmission.class);

    private final SocketInput input;
    private final ReplyWriter replies;
    private final InFlight inFlight;
    private final VirtualDisk disk;

    Transmission(SocketInput input, ReplyWriter replies, VirtualDisk disk) {
        this.input = input;
        this.replies = replies;
        this.inFlight = replies.inFlight();
        this.disk = disk;
    }

    /** Returns when the client has said goodbye or ended the stream between two requests. */
    void run() throws IOException {
        while (input.awaitMessage(NbdWire.REQUEST_BYTES)) {
            if (input.getInt() != NbdWire.REQUEST_MAGIC) {
                throw new NbdProtocolException("a request without its magic number");
            }
            int flags = Short.toUnsignedInt(input.getShort());
            int type = Short.toUnsignedInt(input.getShort());
            long cookie = input.getLong();
            long offset = input.getLong();
            long length = Integer.toUnsignedLong(input.getInt());
            NbdCommand command = NbdCommand.of(type);
            NbdErrno problem = RequestCheck.check(command, flags, offset, length, disk.sizeBytes());
            if (command == null || problem != NbdErrno.NONE) {
                refuse(command, cookie, length, problem);
            } else if (command == NbdCommand.DISC) {
                return;
            } else {
                accept(command, cookie, offset, length);
            }
        }
    }

    private void refuse(@Nullable NbdCommand command, long cookie, long length, NbdErrno problem)
            throws IOException {
        if (command == NbdCommand.WRITE) {
            if (length > MAX_DRAIN_BYTES) {
                throw new NbdProtocolException("a payload of " + length + " bytes");
            }
            input.skip(length);
        } else if (command == NbdCommand.DISC) {
            throw new NbdProtocolException("a goodbye with unknown flags");
        }
        takePlace().begin(cookie).complete(problem);
    }

    private void accept(NbdCommand command, long cookie, long offset, long length)
            throws IOException {
        Request request = takePlace();
        switch (command) {
            case READ, WRITE -> transfer(request, command, cookie, offset, (int) length);
            case FLUSH -> submit(request.begin(cookie), () -> disk.flush(request));
            case TRIM, WRITE_ZEROES ->
                    submit(request.begin(cookie), () -> disk.zero(offset, length, request));
            case DISC -> throw new IllegalStateException("a goodbye is not for the disk");
        }
    }

    private void transfer(Request request, NbdCommand command, long cookie, long offset, int length)
            throws IOException {
        try {
            awaitRoom(length);
            PooledBuffer buffer = inFlight.takeBuffer(length);
            if (command == NbdCommand.READ) {
                request.beginRead(cookie, buffer, length);
            } else {
                request.beginWrite(cookie, buffer, length);
                input.readFully(request.payloadBytes());
            }
        } catch (IOException | RuntimeException | Error e) {
            inFlight.recycle(request);
            throw e;
        }
        if (command == NbdCommand.READ) {
            submit(request, () -> disk.read(offset, request.payload(), request));
        } else {
            submit(request, () -> disk.write(offset, request.payload(), request));
        }
    }

    /** A disk that throws instead of answering must not leave the request in flight for ever. */
    private static void submit(Request request, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            if (request.isPending()) {
                log.error("the disk threw instead of answering", e);
                request.failed(DiskError.IO);
            } else {
                throw e;
            }
        }
    }

    private Request takePlace() throws IOException {
        if (!inFlight.hasPlace()) {
            replies.flush();
            inFlight.await(inFlight::hasPlace);
        }
        return inFlight.take();
    }

    private void awaitRoom(int length) throws IOException {
        if (!inFlight.hasRoom(length)) {
            replies.flush();
            inFlight.await(() -> inFlight.hasRoom(length));
        }
    }
}

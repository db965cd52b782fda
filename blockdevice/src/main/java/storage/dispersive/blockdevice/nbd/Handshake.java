package storage.dispersive.blockdevice.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import storage.dispersive.blockdevice.nbd.protocol.NbdInfo;
import storage.dispersive.blockdevice.nbd.protocol.NbdOption;
import storage.dispersive.blockdevice.nbd.protocol.NbdOptionReply;
import storage.dispersive.blockdevice.nbd.protocol.NbdProtocolException;
import storage.dispersive.blockdevice.nbd.protocol.NbdWire;
import storage.dispersive.blockdevice.nbd.protocol.SocketInput;
import storage.dispersive.disk.VirtualDisk;

/**
 * The server's side of "Fixed newstyle negotiation": agrees with a client on an export.
 *
 * <p>Thread contract: the connection's reader.
 */
final class Handshake {

    private static final int KNOWN_CLIENT_FLAGS = NbdWire.FIXED_NEWSTYLE | NbdWire.NO_ZEROES;

    /** Room for the longest name and every information request there is. */
    private static final int MAX_OPTION_BYTES = 16 << 10;

    /** Longer data of an option are read and dropped up to this length; then we hang up. */
    private static final long MAX_DRAIN_BYTES = 1 << 20;

    /** A client that goes on asking without ever choosing is hung up on. */
    private static final int MAX_OPTIONS = 1024;

    static final int TRANSMISSION_FLAGS =
            NbdWire.HAS_FLAGS
                    | NbdWire.SEND_FLUSH
                    | NbdWire.SEND_FUA
                    | NbdWire.SEND_TRIM
                    | NbdWire.SEND_WRITE_ZEROES
                    | NbdWire.SEND_FAST_ZERO
                    | NbdWire.CAN_MULTI_CONN;

    private final SocketInput input;
    private final OptionReplies output;
    private final Exports exports;

    Handshake(SocketInput input, OptionReplies output, Exports exports) {
        this.input = input;
        this.output = output;
        this.exports = exports;
    }

    /** What an option led to. */
    private sealed interface Outcome {
        record Continue() implements Outcome {}

        record Chosen(NbdExport export) implements Outcome {}

        record Aborted() implements Outcome {}
    }

    private static final Outcome CONTINUE = new Outcome.Continue();

    /** The export that the client has chosen; empty if it left without choosing. */
    Optional<NbdExport> run() throws IOException {
        output.greet(NbdWire.FIXED_NEWSTYLE | NbdWire.NO_ZEROES);
        if (!input.awaitMessage(Integer.BYTES)) {
            return Optional.empty();
        }
        int clientFlags = input.getInt();
        if ((clientFlags & ~KNOWN_CLIENT_FLAGS) != 0) {
            throw new NbdProtocolException("unknown client flags " + clientFlags);
        }
        int zeroes = (clientFlags & NbdWire.NO_ZEROES) == 0 ? NbdWire.EXPORT_NAME_ZEROES_BYTES : 0;
        for (int i = 0; i < MAX_OPTIONS; i++) {
            if (!input.awaitMessage(NbdWire.OPTION_HEADER_BYTES)) {
                return Optional.empty();
            }
            switch (readOption(zeroes)) {
                case Outcome.Continue() -> {}
                case Outcome.Chosen(NbdExport export) -> {
                    return Optional.of(export);
                }
                case Outcome.Aborted() -> {
                    return Optional.empty();
                }
            }
        }
        throw new NbdProtocolException("more than " + MAX_OPTIONS + " options");
    }

    private Outcome readOption(int zeroes) throws IOException {
        if (input.getLong() != NbdWire.OPTION_MAGIC) {
            throw new NbdProtocolException("an option without its magic number");
        }
        int code = input.getInt();
        long length = Integer.toUnsignedLong(input.getInt());
        Optional<NbdOption> option = NbdOption.of(code);
        if (length > MAX_OPTION_BYTES) {
            if (length > MAX_DRAIN_BYTES || option.equals(Optional.of(NbdOption.EXPORT_NAME))) {
                throw new NbdProtocolException("an option of " + length + " bytes");
            }
            input.skip(length);
            output.refuse(code, NbdOptionReply.ERR_TOO_BIG, "too much data");
            return CONTINUE;
        }
        input.require((int) length);
        ByteBuffer data = ByteBuffer.wrap(input.getBytes((int) length));
        if (option.isEmpty()) {
            output.refuse(code, NbdOptionReply.ERR_UNSUP, "this option is unknown here");
            return CONTINUE;
        }
        return answer(option.get(), data, zeroes);
    }

    private Outcome answer(NbdOption option, ByteBuffer data, int zeroes) throws IOException {
        return switch (option) {
            case EXPORT_NAME -> chooseByName(data, zeroes);
            case ABORT -> {
                output.acknowledge(option);
                yield new Outcome.Aborted();
            }
            case LIST -> list(data);
            case INFO, GO -> inform(option, data);
            case STARTTLS, STRUCTURED_REPLY, LIST_META_CONTEXT, SET_META_CONTEXT -> {
                output.refuse(
                        option.code(), NbdOptionReply.ERR_UNSUP, option + " is not supported");
                yield CONTINUE;
            }
        };
    }

    private Outcome chooseByName(ByteBuffer data, int zeroes) throws IOException {
        Optional<NbdExport> export = InfoQuery.parseName(data).flatMap(exports::find);
        if (export.isEmpty()) {
            throw new NbdProtocolException("an unknown export, by an option without errors");
        }
        output.exportChosen(export.get().disk().sizeBytes(), TRANSMISSION_FLAGS, zeroes);
        return new Outcome.Chosen(export.get());
    }

    private Outcome list(ByteBuffer data) throws IOException {
        if (data.hasRemaining()) {
            output.refuse(NbdOption.LIST.code(), NbdOptionReply.ERR_INVALID, "LIST takes no data");
            return CONTINUE;
        }
        for (NbdExport export : exports.all()) {
            output.server(export.name(), export.description());
        }
        output.acknowledge(NbdOption.LIST);
        return CONTINUE;
    }

    private Outcome inform(NbdOption option, ByteBuffer data) throws IOException {
        Optional<InfoQuery> query = InfoQuery.parse(data);
        if (query.isEmpty()) {
            output.refuse(option.code(), NbdOptionReply.ERR_INVALID, "malformed data");
            return CONTINUE;
        }
        Optional<NbdExport> found = exports.find(query.get().name());
        if (found.isEmpty()) {
            output.refuse(option.code(), NbdOptionReply.ERR_UNKNOWN, "no such export");
            return CONTINUE;
        }
        NbdExport export = found.get();
        output.exportInfo(option, export.disk().sizeBytes(), TRANSMISSION_FLAGS);
        // Sent without being asked too, as these are not the sizes that a client may take for
        // granted ("Size constraints").
        output.blockSizes(
                option,
                VirtualDisk.SECTOR_BYTES,
                VirtualDisk.BLOCK_BYTES,
                VirtualDisk.MAX_TRANSFER_BYTES);
        for (NbdInfo wanted : query.get().wanted()) {
            switch (wanted) {
                case NAME -> output.text(option, wanted, export.name().getBytes(UTF_8));
                case DESCRIPTION ->
                        output.text(option, wanted, export.description().getBytes(UTF_8));
                case EXPORT, BLOCK_SIZE -> {}
            }
        }
        output.acknowledge(option);
        return option == NbdOption.GO ? new Outcome.Chosen(export) : CONTINUE;
    }
}

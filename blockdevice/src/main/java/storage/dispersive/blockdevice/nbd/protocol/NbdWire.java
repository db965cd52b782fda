package storage.dispersive.blockdevice.nbd.protocol;

/**
 * Magic numbers, flags and sizes of the protocol's messages. All numbers on the wire are big-endian
 * ("Conventions"); lengths are bytes.
 */
public final class NbdWire {

    // "Newstyle negotiation", "Fixed newstyle negotiation"
    public static final long NBD_MAGIC = 0x4e42444d41474943L;
    public static final long OPTION_MAGIC = 0x49484156454f5054L;
    public static final long OPTION_REPLY_MAGIC = 0x3e889045565a9L;
    public static final int GREETING_BYTES = 8 + 8 + 2;
    public static final int OPTION_HEADER_BYTES = 8 + 4 + 4;
    public static final int OPTION_REPLY_HEADER_BYTES = 8 + 4 + 4 + 4;

    /** What follows the size and the flags in the answer to an export name, if not waived. */
    public static final int EXPORT_NAME_ZEROES_BYTES = 124;

    /** "Conventions": no string is longer. */
    public static final int MAX_STRING_BYTES = 4096;

    // "Handshake flags" and "Client flags" share their bits
    public static final int FIXED_NEWSTYLE = 1;
    public static final int NO_ZEROES = 1 << 1;

    // "Transmission flags"
    public static final int HAS_FLAGS = 1;
    public static final int READ_ONLY = 1 << 1;
    public static final int SEND_FLUSH = 1 << 2;
    public static final int SEND_FUA = 1 << 3;
    public static final int SEND_TRIM = 1 << 5;
    public static final int SEND_WRITE_ZEROES = 1 << 6;
    public static final int CAN_MULTI_CONN = 1 << 8;
    public static final int SEND_FAST_ZERO = 1 << 11;

    // "Command flags"
    public static final int FUA = 1;
    public static final int NO_HOLE = 1 << 1;
    public static final int FAST_ZERO = 1 << 4;

    // "Request message", "Simple reply message"
    public static final int REQUEST_MAGIC = 0x25609513;
    public static final int SIMPLE_REPLY_MAGIC = 0x67446698;
    public static final int REQUEST_BYTES = 4 + 2 + 2 + 8 + 8 + 4;
    public static final int SIMPLE_REPLY_BYTES = 4 + 4 + 8;

    private NbdWire() {}
}

package storage.dispersive.cli.state;

/** Of the addresses by which hosts of a SAN are called. */
public enum AddressFamily {
    IPV4,
    IPV6
}

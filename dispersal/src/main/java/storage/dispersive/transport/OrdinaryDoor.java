package storage.dispersive.transport;

/** Who is welcome at a pod's ordinary address. */
public enum OrdinaryDoor {
    /** Administrators and volumes: portions travel over plain sockets. */
    ALL,
    /** Administrators alone: portions travel through virtual network machines, by leased doors. */
    ADMINISTRATION
}

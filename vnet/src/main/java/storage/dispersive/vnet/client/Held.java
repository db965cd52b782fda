package storage.dispersive.vnet.client;

import storage.dispersive.linux.Descriptor;
import storage.dispersive.vnet.protocol.Machine;

/**
 * A machine of which this process has a socket.
 *
 * @param socket a descriptor of it, the receiver's own
 */
public record Held(Machine machine, Descriptor socket) {}

/**
 * Makes certificates: the authority of a storage area network, and what it issues to pods, volumes
 * administrators and hosts; and what volumes and pods issue to themselves, one certificate for each
 * connection that they lease. Only whoever creates these needs it (and Bouncy Castle, which is used
 * nowhere else); those who carry a certificate read plain PEM.
 */
@NullMarked
package storage.dispersive.identity;

import org.jspecify.annotations.NullMarked;

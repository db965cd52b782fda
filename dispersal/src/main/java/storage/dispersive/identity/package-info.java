/**
 * Makes certificates: the authority of a storage area network, and what it issues to pods, volumes
 * and administrators. Only whoever creates these needs it (and Bouncy Castle, which is used nowhere
 * else); those who carry a certificate read plain PEM.
 */
@NullMarked
package storage.dispersive.identity;

import org.jspecify.annotations.NullMarked;

/** What a main process needs to have its connections in virtual network machines. */
@NullMarked
package storage.dispersive.vnet.client;

import org.jspecify.annotations.NullMarked;

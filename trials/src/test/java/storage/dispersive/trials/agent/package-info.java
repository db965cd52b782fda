/** Java agents: how trials change a process of the product, which has no switches for them. */
@NullMarked
package storage.dispersive.trials.agent;

import org.jspecify.annotations.NullMarked;

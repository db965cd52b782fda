/** The storage pod's process: its settings, health and metrics, and how it starts and ends. */
@NullMarked
package storage.dispersive.pod.app;

import org.jspecify.annotations.NullMarked;

/** The driver's process, in its two modes: its settings, health and metrics, start and end. */
@NullMarked
package storage.dispersive.csi.app;

import org.jspecify.annotations.NullMarked;

package storage.dispersive.operator.reconcile;

import java.time.Clock;
import storage.dispersive.operator.status.ChangeEvents;

/** How what was found is told. */
record Telling(ChangeEvents events, Clock clock) {}

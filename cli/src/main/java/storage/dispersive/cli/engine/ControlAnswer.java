package storage.dispersive.cli.engine;

import org.jspecify.annotations.Nullable;
import storage.dispersive.engine.EngineReport;

/** One line from an engine: its report, or why there is none. */
record ControlAnswer(@Nullable EngineReport report, @Nullable String error) {}

package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens when storage pods cannot be spread as they should be. */
public enum WhenUnsatisfiable {
    @JsonProperty("DoNotSchedule")
    DO_NOT_SCHEDULE,
    @JsonProperty("ScheduleAnyway")
    SCHEDULE_ANYWAY
}

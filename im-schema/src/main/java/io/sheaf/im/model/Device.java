package io.sheaf.im.model;

import io.sheaf.im.id.DeviceId;

/**
 * A device of a user.
 *
 * @param id which
 * @param position up to where it has acknowledged the user's events; 0: nothing
 * @param seenMillis when it was last seen, in milliseconds since 1970; to an eighth of the time
 *     after which a device is forgotten
 */
public record Device(DeviceId id, long position, long seenMillis) {}

package io.sheaf.im.model;

/**
 * Who is busy.
 *
 * @param key who
 * @param perSecond messages a second of late; somewhat too high for those that are not at the top
 */
public record Hot<K>(K key, double perSecond) {}

package com.example.shop;

import java.io.Serializable;
import java.math.BigInteger;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.*;
import java.util.Currency;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.TimeZone;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

public class JavaTypes<N extends Number & Comparable<N>> implements Serializable {
    Boolean bool;
    Byte oneByte;
    Character character;
    Double real;
    Float half;
    Long big;
    Short small;
    Integer[] numbers;
    String[] words;
    BigInteger huge;
    Date date;
    java.sql.Date day;
    Time time;
    Timestamp stamp;
    UUID uuid;
    Locale locale;
    Currency currency;
    Class<?> type;
    AtomicInteger counter;
    AtomicLong longCounter;
    Instant instant;
    LocalDate localDate;
    LocalDateTime localDateTime;
    LocalTime localTime;
    ZonedDateTime zoned;
    OffsetDateTime offsetDateTime;
    OffsetTime offsetTime;
    Duration duration;
    Period period;
    Year year;
    YearMonth yearMonth;
    MonthDay monthDay;
    ZoneId zone;
    ZoneOffset offset;
    TreeSet<String> sorted;
    Queue<Long> queue;
    Iterable<? extends Number> numbersToo;
    LinkedHashMap<Status, Date[]> dates;
    ConcurrentHashMap<String, ConcurrentHashMap<String, ConcurrentHashMap<String, java.util.List<Order.Line>>>> deeply;
    N number;
    Optional<String> maybe;
    CharSequence text;
    TimeZone timeZone;
    Thread.State state;
    int $dollar, _under, größe, function, in, constructor;

    /** Names that TypeScript has for other things. */
    static class Map implements Serializable {
        boolean let;
    }
}

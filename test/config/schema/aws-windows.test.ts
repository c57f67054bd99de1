import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  parseDailyWindow,
  parseWeeklyWindow,
  windowsOverlap,
} from "../../../components/config/schema/aws-windows.ts";

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MINUTES_PER_DAY = 1440;
const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;

const padTwo = (number: number): string => String(number).padStart(2, "0");
const formatTime = (minute: number): string =>
  `${padTwo(Math.floor((minute % MINUTES_PER_DAY) / 60))}:${padTwo(minute % 60)}`;
const formatWeekdayTime = (minute: number): string =>
  `${DAYS[Math.floor((minute % MINUTES_PER_WEEK) / MINUTES_PER_DAY)]}:${formatTime(minute)}`;

test("overlapping windows are found on every day and across the end of the week", () => {
  const daily = fc.record({ start: fc.nat(MINUTES_PER_DAY - 1), length: fc.integer({ min: 30, max: 600 }) });
  const weekly = fc.record({
    start: fc.nat(MINUTES_PER_WEEK - 1),
    length: fc.integer({ min: 30, max: MINUTES_PER_DAY }),
  });
  fc.assert(
    fc.property(daily, weekly, (backup, maintenance) => {
      const open = new Set(
        Array.from(
          { length: maintenance.length },
          (_, minute) => (maintenance.start + minute) % MINUTES_PER_WEEK,
        ),
      );
      const shared = DAYS.some((_day, day) =>
        Array.from({ length: backup.length }).some((_, minute) =>
          open.has((day * MINUTES_PER_DAY + backup.start + minute) % MINUTES_PER_WEEK),
        ),
      );
      const one = parseDailyWindow(`${formatTime(backup.start)}-${formatTime(backup.start + backup.length)}`);
      const other = parseWeeklyWindow(
        `${formatWeekdayTime(maintenance.start)}-${formatWeekdayTime(maintenance.start + maintenance.length)}`,
      );
      if (one === undefined || other === undefined) throw new Error("A window was not read.");
      expect(windowsOverlap(one, other)).toBe(shared);
    }),
  );
});

test.each(["2:00-3:00", "24:00-01:00", "02:60-03:00", "02:00-03:00 ", "", "02:00"])(
  "%j is not a valid daily window",
  (text) => {
    expect(parseDailyWindow(text)).toBeUndefined();
  },
);

test.each(["Sun:04:00-Sun:05:00", "sunday:04:00-sun:05:00", "sun:04:00-05:00", "sun:4:00-sun:5:00", ""])(
  "%j is not a valid weekly window",
  (text) => {
    expect(parseWeeklyWindow(text)).toBeUndefined();
  },
);

import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { dailyWindow, overlap, weeklyWindow } from "../../components/config/windows.ts";

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const DAY = 1440;
const WEEK = 7 * DAY;

const two = (number: number): string => String(number).padStart(2, "0");
const clock = (minute: number): string => `${two(Math.floor((minute % DAY) / 60))}:${two(minute % 60)}`;
const weekday = (minute: number): string => `${DAYS[Math.floor((minute % WEEK) / DAY)]}:${clock(minute)}`;

test("windows that overlap are found whatever the day and the end of the week, minute by minute", () => {
  const daily = fc.record({ start: fc.nat(DAY - 1), length: fc.integer({ min: 30, max: 600 }) });
  const weekly = fc.record({ start: fc.nat(WEEK - 1), length: fc.integer({ min: 30, max: DAY }) });
  fc.assert(
    fc.property(daily, weekly, (backup, maintenance) => {
      const open = new Set(
        Array.from({ length: maintenance.length }, (_, minute) => (maintenance.start + minute) % WEEK),
      );
      const shared = DAYS.some((_day, day) =>
        Array.from({ length: backup.length }).some((_, minute) =>
          open.has((day * DAY + backup.start + minute) % WEEK),
        ),
      );
      const one = dailyWindow(`${clock(backup.start)}-${clock(backup.start + backup.length)}`);
      const other = weeklyWindow(
        `${weekday(maintenance.start)}-${weekday(maintenance.start + maintenance.length)}`,
      );
      if (one === undefined || other === undefined) throw new Error("A window was not read.");
      expect(overlap(one, other)).toBe(shared);
    }),
  );
});

test.each(["2:00-3:00", "24:00-01:00", "02:60-03:00", "02:00-03:00 ", "", "02:00"])(
  "%j is no daily window",
  (text) => {
    expect(dailyWindow(text)).toBeUndefined();
  },
);

test.each(["Sun:04:00-Sun:05:00", "sunday:04:00-sun:05:00", "sun:04:00-05:00", "sun:4:00-sun:5:00", ""])(
  "%j is no weekly window",
  (text) => {
    expect(weeklyWindow(text)).toBeUndefined();
  },
);

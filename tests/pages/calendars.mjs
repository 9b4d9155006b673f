// Reads calendars with ical.js, which is what Thunderbird reads them with, and says what they hold.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [modules, folder] = process.argv.slice(2);
const place = pathToFileURL(path.join(modules, "ical.js/dist/ical.js")).href;
const { default: ICAL } = await import(place);
ICAL.design.strict = true;

const found = {};
for (const name of fs.readdirSync(folder).filter((each) => each.endsWith(".ics"))) {
  const read = ICAL.parse(fs.readFileSync(path.join(folder, name), "utf8"));
  const calendar = new ICAL.Component(read);
  found[name] = {
    root: calendar.name,
    title: calendar.getFirstPropertyValue("x-wr-calname"),
    components: calendar.getAllSubcomponents().map((each) => each.name),
    events: calendar.getAllSubcomponents("vevent").map((each) => {
      const event = new ICAL.Event(each);
      return {
        uid: event.uid,
        summary: event.summary,
        location: event.location,
        start: event.startDate.toString(),
        end: event.endDate.toString(),
        zone: event.startDate.zone.tzid,
        whole: event.startDate.isDate && event.endDate.isDate,
        seconds: event.duration.toSeconds(),
        inside: each.getAllSubcomponents().length,
      };
    }),
  };
}
process.stdout.write(JSON.stringify(found));

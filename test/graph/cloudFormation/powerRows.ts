import type { Absent, Row } from "./row";

const HELD = "asks for a state of what is there, and makes nothing";

/** What holds instances and database running or stopped. */
export const powerRows: Readonly<Record<string, Row | Absent>> = {
  "aws:ec2transitgateway/instanceState:InstanceState": { absent: HELD },
  "aws:scheduler/schedule:Schedule": {
    type: "AWS::Scheduler::Schedule",
    named: "Name",
    wrong: { inputs: { state: "PAUSED" }, rule: "E3030" },
  },
};

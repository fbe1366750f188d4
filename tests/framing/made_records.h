#pragma once

#include "engine/run_job.h"

namespace busyhour::internal {

inline const Runs& Quickstart() {
  static const Runs* const runs = new Runs(ShippedProfile("quickstart"));
  return *runs;
}

inline Record RecordOf(LogType log) {
  Record record;
  record.key = RecordKey({1'700'000'000, 0}, log);
  return record;
}

}  // namespace busyhour::internal

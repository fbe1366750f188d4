#include "truth/truth.h"

#include <bitset>
#include <optional>
#include <span>
#include <vector>

#include "engine/job_calls.h"
#include "logs/field_values.h"
#include "truth/calls_in_progress.h"
#include "truth/question.h"

namespace busyhour::internal {
namespace {

// Whether the job has the logs that a question is about.
bool IsAbout(const LogQuestion& question, LogSet logs) {
  return logs.Has(question.log) &&
         (!question.joined || logs.Has(*question.joined));
}

void AddTotals(std::span<const Record> records, Truth& truth) {
  ++truth.calls;
  PerLog<std::bitset<256>> epochs;
  for (const Record& record : records) {
    Truth::LogTotals& totals = truth.logs[record.log()];
    std::bitset<256>& seen = epochs[record.log()];
    ++totals.records;
    if (seen.none()) ++totals.calls;
    if (!seen[record.correlation_epoch]) ++totals.correlation_ids;
    seen.set(record.correlation_epoch);
  }
}

}  // namespace

Truth TruthOf(const Worlds& worlds, std::uint32_t resource, const Job& job,
              int threads, std::int64_t bucket_ms) {
  const Cast& cast = worlds[resource].cast;
  FieldValues values(worlds.vocabularies());
  const std::vector<LogQuestion> questions = LogQuestions();
  std::vector<GroupCounter> counters;
  for (const LogQuestion& question : questions) {
    if (IsAbout(question, job.logs)) {
      counters.emplace_back(question, cast, values, bucket_ms);
    }
  }
  CallsInProgress in_progress(bucket_ms);
  Truth truth;
  JobCalls calls(worlds, job, threads, resource);
  while (calls.Next([&](std::span<const Record> records) {
    AddTotals(records, truth);
    for (GroupCounter& counter : counters) counter.AddCall(records);
    in_progress.AddCall(records);
  })) {
  }
  calls.Check();
  for (const GroupCounter& counter : counters) {
    truth.answers.push_back(counter.Finish());
  }
  if (job.logs.Has(LogType::kUsage)) {
    truth.answers.push_back(in_progress.Finish());
  }
  return truth;
}

}  // namespace busyhour::internal

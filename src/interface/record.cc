#include "busyhour/record.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "busyhour/error.h"
#include "encode/shape.h"
#include "engine/record_feed.h"
#include "interface/job_data.h"
#include "job/option.h"
#include "logs/log.h"

namespace busyhour {
namespace {

// Records are read by their names in tables, which most users know.
std::span<const internal::Column> ColumnsOf(LogType log) {
  return internal::Columns(log, internal::Shape::kTable);
}

}  // namespace

Record::Record(std::shared_ptr<const JobData> job, const void* record)
    : job_(std::move(job)) {
  std::memcpy(record_.data(), record, kBytes);
}

LogType Record::log() const noexcept {
  return JobData::EngineRecord(*this).log();
}

Time Record::time() const noexcept {
  return TimeOf(JobData::EngineRecord(*this).time());
}

Time Record::delivery() const noexcept {
  return TimeOf(JobData::EngineRecord(*this).delivery());
}

bool Record::is_copy() const noexcept {
  return JobData::EngineRecord(*this).is_copy();
}

std::vector<std::string_view> Record::fields() const {
  return internal::NamesOf(ColumnsOf(log()));
}

Value Record::operator[](std::string_view field) const {
  const std::span<const internal::Column> columns = ColumnsOf(log());
  const auto column = std::find_if(
      columns.begin(), columns.end(),
      [&](const internal::Column& each) { return each.name == field; });
  if (column == columns.end()) {
    throw InputError("field", internal::NotAmong(field, fields()));
  }
  return job_->ValueOf(JobData::EngineRecord(*this), *column);
}

std::string Record::Text(std::string_view shape) const {
  const internal::Record record = JobData::EngineRecord(*this);
  if (shape.empty()) return job_->TextOf(record, job_->job.shape);
  const auto known = internal::FindShape(shape);
  if (!known) {
    throw InputError(
        "shape",
        internal::NotAmong(shape, internal::NamesOf(internal::Shapes())));
  }
  return job_->TextOf(record, *known);
}

struct Records::State {
  State(std::shared_ptr<const JobData> job, int threads)
      : data(std::move(job)), records(data->worlds, data->job, threads) {}

  const std::shared_ptr<const JobData> data;
  internal::JobRecords records;
  std::size_t next = 0;  // index of the next one among those that are due
};

Records::Records(const Job& job, int threads)
    : state_(std::make_unique<State>(JobData::Of(job), ThreadsOf(threads))) {}

Records::Records(Records&&) noexcept = default;
Records& Records::operator=(Records&&) noexcept = default;
Records::~Records() = default;

std::optional<Record> Records::Next() {
  internal::RecordFeed& feed = state_->records.feed();
  while (state_->next == feed.due().size()) {
    feed.Remove(std::exchange(state_->next, 0));
    if (feed.More()) continue;
    if (std::string why = feed.WhyNotReached(); !why.empty()) {
      throw InputError("extent", why);
    }
    if (feed.due().empty()) return std::nullopt;
  }
  return state_->data->RecordOf(feed.due()[state_->next++]);
}

}  // namespace busyhour

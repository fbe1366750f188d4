#include "interface/job_data.h"

#include <cmath>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "busyhour/error.h"
#include "dataset/file_form.h"
#include "encode/call_image.h"
#include "encode/shape.h"
#include "framing/frame.h"
#include "job/job_options.h"

namespace busyhour {
namespace {

Value ValueOf(const internal::FieldValue& value, internal::Type type) {
  struct Visitor {
    internal::Type type;
    Value operator()(std::monostate) const { return std::monostate(); }
    Value operator()(std::string_view text) const { return std::string(text); }
    Value operator()(bool value) const {
      if (type == internal::Type::kBoolean) return value;
      const internal::ShapeInfo& table = Info(internal::Shape::kTable);
      return std::string(value ? table.yes : table.no);
    }
    Value operator()(internal::SimTime time) const { return TimeOf(time); }
    Value operator()(const internal::Number& number) const {
      if (type == internal::Type::kInteger) return number.units;
      return static_cast<double>(number.units) /
             std::pow(10.0, number.decimals);
    }
  };
  return std::visit(Visitor{type}, value);
}

}  // namespace

JobData::JobData(Profile of, internal::Job engine_job,
                 std::optional<internal::JobSpec> from)
    : profile(std::move(of)),
      job(std::move(engine_job)),
      worlds(profile.data_->profile, job.seed, job.start),
      spec_(std::move(from)),
      values_(worlds.vocabularies()) {}

Profile JobData::ProfileOf(internal::Profile profile) {
  return Profile(
      std::make_shared<const Profile::Data>(Profile::Data{std::move(profile)}));
}

internal::Record JobData::EngineRecord(const Record& record) noexcept {
  static_assert(sizeof(internal::Record) == Record::kBytes);
  internal::Record engine_record;
  std::memcpy(&engine_record, record.record_.data(), Record::kBytes);
  return engine_record;
}

internal::Job JobData::JobAt(const std::string& path) const {
  std::vector<Problem> problems;
  internal::JobSpec chosen;
  if (spec_) {
    chosen = *spec_;
  } else {
    chosen.frame = job.frame;
    chosen.compression = job.compression;
  }
  internal::ChooseForm(path, chosen, problems);
  internal::Job there = job;
  if (spec_ && problems.empty()) {
    there = internal::ResolveJob(chosen, EngineProfile(profile), problems);
    // The calls were found when the job was made.
    there.picked = job.picked;
    there.filter = job.filter;
    there.extent = job.extent;
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return there;
}

Value JobData::ValueOf(const internal::Record& record,
                       const internal::Column& column) const {
  const internal::Cast& cast = worlds.CastOf(record);
  const std::lock_guard lock(mutex_);
  values_.Read(record, cast.IdsOf(record), cast.FactsOf(record.call()),
               cast.CorrelationOf(record.call(), record.correlation_epoch));
  return busyhour::ValueOf(values_.Of(column), column.type);
}

const internal::Encoder& JobData::EncoderOf(internal::Shape shape) const {
  const std::lock_guard lock(mutex_);
  return encoders_
      .try_emplace(shape, worlds.vocabularies(), shape,
                   internal::RowsOfFile(internal::Frame::kJsonl, shape),
                   job.logs)
      .first->second;
}

std::string JobData::TextOf(const internal::Record& record,
                            internal::Shape shape) const {
  const internal::Encoder& encoder = EncoderOf(shape);
  const internal::Cast& cast = worlds.CastOf(record);
  internal::CallImage image;
  image.SetFacts(cast.FactsOf(record.call()));
  image.SetCorrelation(
      record.correlation_epoch,
      cast.CorrelationOf(record.call(), record.correlation_epoch));
  std::string text(encoder.max_record_bytes(), '\0');
  const char* const end =
      encoder.Encode(record, cast.IdsOf(record), image, text.data());
  const auto size = static_cast<std::size_t>(end - text.data());
  return std::string(
      internal::RowAlone({text.data(), size},
                         internal::RowsOfFile(internal::Frame::kJsonl, shape)));
}

int ThreadsOf(int threads) {
  if (threads == 0) return internal::DefaultThreads();
  if (threads < 1 || threads > internal::kMostThreads) {
    throw InputError("threads", std::to_string(threads) +
                                    " is not a whole number from 0 to " +
                                    std::to_string(internal::kMostThreads));
  }
  return threads;
}

}  // namespace busyhour

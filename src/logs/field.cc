#include "logs/field.h"

#include "logs/log_fields.h"

namespace busyhour {
namespace {

constexpr const LogFields* kFieldsOf[kLogTypeCount] = {
    &kOperationalFields, &kMediaSummaryFields, &kUsageFields};

}  // namespace

std::span<const LogInfo, kLogTypeCount> Logs() {
  static const std::array<LogInfo, kLogTypeCount> logs = {
      kFieldsOf[0]->info, kFieldsOf[1]->info, kFieldsOf[2]->info};
  return logs;
}

std::span<const Column> Columns(LogType log, Shape shape) {
  return kFieldsOf[static_cast<std::size_t>(log)]
      ->columns[static_cast<std::size_t>(shape)];
}

}  // namespace busyhour

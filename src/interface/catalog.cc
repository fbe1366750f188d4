#include "busyhour/catalog.h"

#include <cstddef>

#include "catalog/attempt_ends.h"
#include "catalog/logs.h"
#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "catalog/participants.h"
#include "catalog/streaming.h"

namespace busyhour {

std::string_view NameOf(LogType log) { return internal::Info(log).name; }

std::string_view NameOf(Operation operation) {
  return internal::Info(operation).name;
}

std::string_view NameOf(Outcome outcome) {
  return internal::Info(outcome).name;
}

std::string_view NameOf(ResultType type) {
  return internal::ResultTypeName(type);
}

std::string_view NameOf(ParticipantKind kind) {
  return internal::kParticipantKindNames[static_cast<std::size_t>(kind)];
}

std::string_view NameOf(AttemptEnd end) { return internal::Info(end).name; }

std::string_view NameOf(Modality modality) {
  return internal::Info(modality).name;
}

std::string_view NameOf(StreamingEnd end) {
  return internal::Info(end).meaning;
}

}  // namespace busyhour

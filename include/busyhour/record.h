#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "busyhour/iterator.h"
#include "busyhour/job.h"

namespace busyhour {

/// The value of a field; `std::monostate` if it is missing. Numbers with a
/// fraction are doubles, ids are texts.
using Value =
    std::variant<std::monostate, std::string, std::int64_t, double, bool, Time>;

/// A record of a log, as it was delivered.
///
///   busyhour::Records records(busyhour::Job({.logs = "operational"}));
///   const busyhour::Record record = *records.Next();
///   std::cout << std::get<std::string>(record["OperationName"]);
///   // CreateCall
///
/// It keeps its job alive. For one thread; any number may have records of the
/// same job.
class Record {
 public:
  LogType log() const noexcept;
  /// The record's own time.
  Time time() const noexcept;
  /// When it was delivered, with the delays of faults.
  Time delivery() const noexcept;
  /// Whether a fault delivered it a second time.
  bool is_copy() const noexcept;

  /// The names of its fields in the shape `table`, in order.
  ///
  ///   busyhour::Records records(busyhour::Job({.logs = "usage"}));
  ///   std::cout << records.Next()->fields().size();  // 21
  std::vector<std::string_view> fields() const;

  /// The value of a field, by its name in the shape `table`. The damage that
  /// faults do to texts has no effect here. Throws `InputError` with the
  /// nearest name if the log has no such field.
  ///
  ///   busyhour::Records records(busyhour::Job({.logs = "usage"}));
  ///   std::cout << std::get<double>((*records.Next())["Quantity"]);
  ///   // 0.118767
  Value operator[](std::string_view field) const;

  /// The record as JSON in a shape, by its name; empty for that of the job.
  /// Without the damage of faults and without a line end. Throws `InputError`
  /// for an unknown shape.
  ///
  ///   busyhour::Records records(busyhour::Job({.logs = "operational"}));
  ///   std::cout << records.Next()->Text("table").substr(0, 6);  // {"Time
  std::string Text(std::string_view shape = {}) const;

 private:
  friend class JobData;
  friend class Calls;
  friend class Records;
  static constexpr std::size_t kBytes = 40;
  Record(std::shared_ptr<const class JobData> job, const void* record);

  std::shared_ptr<const class JobData> job_;
  alignas(8) std::array<std::byte, kBytes> record_;
};

/// The records of a job, in order of delivery: with the faults that drop,
/// duplicate or delay them.
///
///   std::size_t count = 0;
///   for (const busyhour::Record& record :
///        busyhour::Records(busyhour::Job({.calls = 100}))) {
///     count += record.log() == busyhour::LogType::kUsage;
///   }
///   std::cout << count;  // 201
///
/// For one thread. Memory depends on the calls in progress, not on the extent.
class Records {
 public:
  /// With `threads` above 1, other threads simulate ahead; the records are the
  /// same. Throws `std::runtime_error` if a thread cannot be started.
  explicit Records(const Job& job, int threads = 1);
  Records(Records&&) noexcept;
  Records& operator=(Records&&) noexcept;
  ~Records();

  /// The next record; nothing after the last. Throws `InputError` if simulated
  /// time ends before the job's extent is reached.
  std::optional<Record> Next();

  /// An iterator at the next one.
  NextIterator<Records, Record> begin() {
    return NextIterator<Records, Record>(*this);
  }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace busyhour

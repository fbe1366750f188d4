// LogHub: a label for each trace of a log, as `anomaly_label.csv` of its HDFS
// log has one for each block id. Source: github.com/logpai/loghub,
// HDFS/README.md; the reader in github.com/logpai/loglizer,
// loglizer/dataloader.py.

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "base/guid.h"
#include "twins/label_exports.h"
#include "twins/label_file.h"

namespace busyhour::internal {
namespace {

class LogHubExport : public LabelForm {
 public:
  LogHubExport(const LabelledRun& run, const std::string& directory,
               bool may_replace)
      : run_(run), file_(directory + "/anomaly_label.csv", may_replace) {}

  Status Open() override {
    const Status status = file_.Open();
    file_.Put("CorrelationId,Label\n");
    return status;
  }
  void Take(const Label& label) override {
    touched_.insert(TraceOf(label.touched.record));
  }
  void TakeCaller(std::span<const Record> records) override {
    std::set<Trace> written;
    for (const Record& record : records) {
      const Trace trace = TraceOf(record);
      if (!written.insert(trace).second) continue;
      file_.Put(FormatGuid(run_.cast.CorrelationOf(record.call(),
                                                   record.correlation_epoch)) +
                (touched_.contains(trace) ? ",Anomaly\n" : ",Normal\n"));
    }
    touched_.clear();
  }
  Status Finish(const RunLabels&) override { return file_.Finish(); }

 private:
  // A call has a correlation id for each of its epochs.
  using Trace = std::pair<std::uint64_t, std::uint8_t>;

  static Trace TraceOf(const Record& record) {
    return {record.key.call_bits(), record.correlation_epoch};
  }

  const LabelledRun& run_;
  LabelFile file_;
  // Of the calls that are compared.
  std::set<Trace> touched_;
};

}  // namespace

std::unique_ptr<LabelForm> MakeLogHubExport(const LabelledRun& run,
                                            const std::string& directory,
                                            bool may_replace) {
  return std::make_unique<LogHubExport>(run, directory, may_replace);
}

}  // namespace busyhour::internal

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

namespace busyhour {
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
    touched_.insert(label.touched.record.correlation_epoch);
  }
  void TakeCall(std::span<const Record> records) override {
    // A call has a correlation id for each of its epochs.
    std::set<std::uint8_t> epochs;
    for (const Record& record : records) {
      const std::uint8_t epoch = record.correlation_epoch;
      if (!epochs.insert(epoch).second) continue;
      file_.Put(FormatGuid(run_.cast.CorrelationOf(record.call(), epoch)) +
                (touched_.contains(epoch) ? ",Anomaly\n" : ",Normal\n"));
    }
    touched_.clear();
  }
  Status Finish(const RunLabels&) override { return file_.Finish(); }

 private:
  const LabelledRun& run_;
  LabelFile file_;
  // Epochs of the call that is compared.
  std::set<std::uint8_t> touched_;
};

}  // namespace

std::unique_ptr<LabelForm> MakeLogHubExport(const LabelledRun& run,
                                            const std::string& directory,
                                            bool may_replace) {
  return std::make_unique<LogHubExport>(run, directory, may_replace);
}

}  // namespace busyhour

// SPDX-License-Identifier: Apache-2.0
#include "scenarios/shm_steps.h"

#include "model/ipc_shm.h"
#include "model/machine.h"
#include "model/shmem.h"
#include "scenarios/step_result.h"

namespace heddle {

namespace {

struct shmid_kernel* segment_of(const StepArguments& arguments) {
    return this_machine().shm.segments + arguments.segment;
}

}  // namespace

void run_shmctl(const StepArguments& arguments) {
    const auto cmd = static_cast<shmctl_command>(arguments.command);
    check_result(arguments.result, shmctl(segment_of(arguments), cmd));
}

void run_shm_destroy(const StepArguments& arguments) {
    check_result(arguments.result, shmctl_down(segment_of(arguments)));
}

void run_newseg(const StepArguments& arguments) {
    check_result(arguments.result, newseg(segment_of(arguments)));
}

void run_shmem_uncharge(const StepArguments& arguments) {
    struct inode* inode = segment_of(arguments)->shm_file->f_inode;
    spin_lock_irq(&inode->i_mapping->tree_lock);
    shmem_uncharge(inode);
    spin_unlock_irq(&inode->i_mapping->tree_lock);
}

int shmctl_command_of(const std::string& text) {
    if (text == "SHM_LOCK") {
        return SHM_LOCK;
    }
    return text == "SHM_UNLOCK" ? SHM_UNLOCK : -1;
}

std::optional<std::string> wrong_segment(const StepKind& kind, const TaskWords& task,
                                         const SegmentWords& segment) {
    const bool makes = kind.run == run_newseg;
    if (makes && (!segment.huge || !segment.not_yet)) {
        return "newseg needs a segment with huge = true and not_yet = true";
    }
    if (kind.run == run_shmem_uncharge && segment.huge) {
        return "shmem_uncharge needs a segment with a mapping";
    }
    if ((makes || kind.run == run_shmctl) && task.user.text.empty()) {
        return std::string(kind.name) + " needs to know who calls: task '" + task.name.text +
               "' has no 'user'";
    }
    return std::nullopt;
}

}  // namespace heddle

package io.sheaf.torture;

import io.sheaf.torture.campaign.BitFlipCampaign;
import io.sheaf.torture.campaign.Campaign;
import io.sheaf.torture.campaign.ClockCampaign;
import io.sheaf.torture.campaign.CopyCampaign;
import io.sheaf.torture.campaign.CrashCampaign;
import io.sheaf.torture.campaign.FaultCampaign;
import io.sheaf.torture.campaign.KillCampaign;
import io.sheaf.torture.campaign.ManifestCampaign;
import io.sheaf.torture.campaign.MemoryCampaign;
import io.sheaf.torture.campaign.NoSpaceCampaign;
import io.sheaf.torture.campaign.OpenFilesCampaign;
import io.sheaf.torture.campaign.PowerCutCampaign;
import io.sheaf.torture.campaign.RandomCampaign;
import io.sheaf.torture.campaign.RepairCampaign;
import io.sheaf.torture.campaign.StressCampaign;
import io.sheaf.torture.campaign.SwapCampaign;
import io.sheaf.torture.campaign.TornCampaign;
import io.sheaf.torture.fuzz.ForgedCampaign;
import io.sheaf.torture.proof.ProofCampaign;
import java.util.List;

/** The campaigns there are. */
final class Campaigns {
  private Campaigns() {}

  /**
   * All of them, those that need least first.
   *
   * @param every whether a run tries each fault that it can, as before a release and when a finding
   *     is shown again, or a sample
   */
  static List<Campaign> all(boolean every) {
    return List.of(
        new RandomCampaign(),
        new ClockCampaign(),
        new CrashCampaign(),
        new CopyCampaign(),
        new TornCampaign(),
        new BitFlipCampaign(),
        new SwapCampaign(),
        new RepairCampaign(),
        new ManifestCampaign(),
        new FaultCampaign(every),
        new KillCampaign(),
        new PowerCutCampaign(),
        new NoSpaceCampaign(),
        new OpenFilesCampaign(),
        new MemoryCampaign(),
        new ForgedCampaign(),
        new StressCampaign(),
        new ProofCampaign());
  }
}

namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>What groups did, while they run.</summary>
internal struct Counters
{
    public long Groups;
    public long Instructions;
    public long Moves;
    public long Products;
    public long Barriers;
    public long CopyWaits;
    public long CopySteps;
    public long LoadRounds;
    public long LoadedBytes;
    public long LoadedSectors;
    public long IdealLoadedSectors;
    public long StoredBytes;
    public long StoredSectors;
    public long IdealStoredSectors;
    public long BankPasses;
    public long IdealBankPasses;

    public void Add(in Counters other, long times)
    {
        Groups += other.Groups;
        Instructions += times * other.Instructions;
        Moves += times * other.Moves;
        Products += times * other.Products;
        Barriers += times * other.Barriers;
        CopyWaits += times * other.CopyWaits;
        CopySteps += times * other.CopySteps;
        LoadRounds += times * other.LoadRounds;
        LoadedBytes += times * other.LoadedBytes;
        LoadedSectors += times * other.LoadedSectors;
        IdealLoadedSectors += times * other.IdealLoadedSectors;
        StoredBytes += times * other.StoredBytes;
        StoredSectors += times * other.StoredSectors;
        IdealStoredSectors += times * other.IdealStoredSectors;
        BankPasses += times * other.BankPasses;
        IdealBankPasses += times * other.IdealBankPasses;
    }
}

import { useState } from "preact/hooks";
import { ApiError, api, explain } from "../api/client";
import { type Page, VEHICLE_KINDS, type Vehicle, type VehicleKind } from "../api/types";
import { type MessageKey, t } from "../i18n";
import { Button, Check, EmptyState, ErrorState, Field, IconButton, Notice, PageHead, Skeleton, TextField } from "../ui/basics";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { useLoad } from "../ui/load";

const SIZES = ["SMALL", "MEDIUM", "LARGE", "VAN"] as const;

export function VehiclesPage() {
  const vehicles = useLoad("vehicles", (signal) => api.get<Page<Vehicle>>("/vehicles", undefined, signal));
  const [editing, setEditing] = useState<Vehicle | "new" | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const items = vehicles.data?.items ?? [];
  const remove = async (vehicle: Vehicle) => {
    try {
      await api.remove(`/vehicles/${vehicle.id}`);
      vehicles.reload();
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <div class="page page-narrow">
      <PageHead title={t("vehicles.title")}>
        <Button icon="plus" tone="primary" onClick={() => setEditing("new")}>
          {t("vehicles.add")}
        </Button>
      </PageHead>
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      {vehicles.error !== null ? (
        <ErrorState error={vehicles.error} onRetry={vehicles.reload} />
      ) : !vehicles.data ? (
        <Skeleton rows={2} />
      ) : items.length === 0 ? (
        <EmptyState icon="car" title={t("vehicles.none")}>
          <p>{t("vehicles.noneHint")}</p>
        </EmptyState>
      ) : (
        <ul class="cards">
          {items.map((vehicle) => (
            <li key={vehicle.id} class="card row-card">
              <span class="spot-kind">
                <Icon name="car" />
              </span>
              <span class="row-text">
                <strong class="plate">{vehicle.plate}</strong>
                <span class="muted">{[vehicle.make, vehicle.model, vehicle.colour].filter(Boolean).join(" · ")}</span>
                <span class="tags">
                  {vehicle.default && <span class="tag tag-accent">{t("vehicles.default")}</span>}
                  {vehicle.kind && vehicle.kind !== "CAR" && <span class="tag">{t(`vehicleKind.${vehicle.kind}` as MessageKey)}</span>}
                  {vehicle.ev && <span class="tag">{t("vehicles.ev")}</span>}
                  {vehicle.permit && <span class="tag">{t("vehicles.permitTag")}</span>}
                </span>
              </span>
              <IconButton icon="edit" label={t("vehicles.edit", { plate: vehicle.plate })} onClick={() => setEditing(vehicle)} />
              <IconButton icon="trash" label={t("vehicles.remove", { plate: vehicle.plate })} onClick={() => void remove(vehicle)} />
            </li>
          ))}
        </ul>
      )}
      {editing && (
        <VehicleDialog
          vehicle={editing === "new" ? null : editing}
          first={items.length === 0}
          onClose={() => setEditing(null)}
          onSaved={() => {
            setEditing(null);
            vehicles.reload();
          }}
        />
      )}
    </div>
  );
}

interface VehicleDialogProps {
  vehicle: Vehicle | null;
  first: boolean;
  onClose: () => void;
  onSaved: () => void;
}

function VehicleDialog({ vehicle, first, onClose, onSaved }: VehicleDialogProps) {
  const [plate, setPlate] = useState(vehicle?.plate ?? "");
  const [make, setMake] = useState(vehicle?.make ?? "");
  const [model, setModel] = useState(vehicle?.model ?? "");
  const [colour, setColour] = useState(vehicle?.colour ?? "");
  const [year, setYear] = useState(vehicle?.year ? String(vehicle.year) : "");
  const [height, setHeight] = useState(vehicle?.heightCm ? String(vehicle.heightCm) : "");
  const [size, setSize] = useState(vehicle?.size ?? "MEDIUM");
  const [ev, setEv] = useState(vehicle?.ev ?? false);
  const [kind, setKind] = useState<VehicleKind>(vehicle?.kind ?? "CAR");
  const [length, setLength] = useState(vehicle?.lengthCm ? String(vehicle.lengthCm) : "");
  const [width, setWidth] = useState(vehicle?.widthCm ? String(vehicle.widthCm) : "");
  const [weight, setWeight] = useState(vehicle?.weightKg ? String(vehicle.weightKg) : "");
  const [permit, setPermit] = useState(vehicle?.permit ?? false);
  const [carShare, setCarShare] = useState(vehicle?.carShare ?? false);
  const [isDefault, setDefault] = useState(vehicle?.default ?? first);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const fieldError = (field: string) => (failure instanceof ApiError ? failure.fieldDetail(field) : null);

  const save = async () => {
    setBusy(true);
    setFailure(null);
    const body = {
      plate: plate.trim().toUpperCase(),
      ...(make.trim() && { make: make.trim() }),
      ...(model.trim() && { model: model.trim() }),
      ...(colour.trim() && { colour: colour.trim() }),
      ...(year && { year: Number(year) }),
      ...(height && { heightCm: Number(height) }),
      ...(length && { lengthCm: Number(length) }),
      ...(width && { widthCm: Number(width) }),
      ...(weight && { weightKg: Number(weight) }),
      size,
      kind,
      ev,
      permit,
      carShare,
      default: isDefault,
    };
    try {
      if (vehicle) await api.put(`/vehicles/${vehicle.id}`, body);
      else await api.post("/vehicles", body);
      onSaved();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={t(vehicle ? "vehicles.editTitle" : "vehicles.add")}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button tone="primary" busy={busy} disabled={plate.trim() === ""} onClick={() => void save()}>
            {t("action.save")}
          </Button>
        </>
      }
    >
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      <TextField label={t("vehicles.plate")} required maxLength={15} value={plate} onText={setPlate} error={fieldError("plate")} />
      <Field label={t("vehicles.kind")} error={fieldError("kind")}>
        {(attributes) => (
          <select class="input" {...attributes} value={kind} onChange={(event) => setKind(event.currentTarget.value as VehicleKind)}>
            {VEHICLE_KINDS.map((each) => (
              <option key={each} value={each}>
                {t(`vehicleKind.${each}` as MessageKey)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div class="field-pair">
        <TextField label={t("vehicles.make")} optional maxLength={40} value={make} onText={setMake} error={fieldError("make")} />
        <TextField label={t("vehicles.model")} optional maxLength={40} value={model} onText={setModel} error={fieldError("model")} />
      </div>
      <div class="field-pair">
        <TextField label={t("vehicles.colour")} optional maxLength={30} value={colour} onText={setColour} error={fieldError("colour")} />
        <TextField label={t("vehicles.year")} optional type="number" min={1950} max={2100} value={year} onText={setYear} error={fieldError("year")} />
      </div>
      <div class="field-pair">
        <Field label={t("vehicles.size")} error={fieldError("size")}>
          {(attributes) => (
            <select class="input" {...attributes} value={size} onChange={(event) => setSize(event.currentTarget.value)}>
              {SIZES.map((each) => (
                <option key={each} value={each}>
                  {t(`size.${each}` as MessageKey)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <TextField label={t("vehicles.height")} optional type="number" min={50} max={500} value={height} onText={setHeight} error={fieldError("heightCm")} />
      </div>
      <div class="field-pair">
        <TextField label={t("vehicles.length")} optional type="number" min={50} max={3000} value={length} onText={setLength} error={fieldError("lengthCm")} />
        <TextField label={t("vehicles.width")} optional type="number" min={30} max={500} value={width} onText={setWidth} error={fieldError("widthCm")} />
      </div>
      <TextField
        label={t("vehicles.weight")}
        hint={t("vehicles.measuresHint")}
        optional
        type="number"
        min={20}
        max={60000}
        value={weight}
        onText={setWeight}
        error={fieldError("weightKg")}
      />
      <Check checked={ev} onChange={setEv}>
        {t("vehicles.evLong")}
      </Check>
      <Check checked={permit} onChange={setPermit}>
        {t("vehicles.permit")}
      </Check>
      <Check checked={carShare} onChange={setCarShare}>
        {t("vehicles.carShare")}
      </Check>
      <Check checked={isDefault} onChange={setDefault}>
        {t("vehicles.defaultLong")}
      </Check>
    </Dialog>
  );
}
